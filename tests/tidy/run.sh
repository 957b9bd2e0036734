#!/bin/sh
# run.sh [--update]: every check must fail on the bad samples, with the words of expected.txt.
set -eu
cd "$(dirname "$0")/../.."
sample=$(mktemp -d)
programs=build/sample-$$
trap 'rm -rf "$sample" "$programs"' EXIT
cp -r tests/tidy/bad/. "$sample"

# What is too long for a sample in a repository.
{
    printf 'int long_function(void)\n{\n'
    for _ in $(seq 71); do echo '    work();'; done
    printf '}\n'
} > "$sample/src/base/long_function.h"
for _ in $(seq 601); do echo 'int line;'; done > "$sample/src/base/long_file.h"
printf '<!-- map: begin -->\nold\n<!-- map: end -->\n' > "$sample/stale.md"

# expect_failure NAME COMMAND...: prints the output, without the folder's name.
expect_failure() {
    echo "== $1"
    shift
    if "$@" > "$sample/output" 2>&1; then echo "(passed, and should have failed)"; fi
    sed "s|$sample/||g" "$sample/output"
}

check_map() {
    scripts/generate_map.sh "$sample/src/rooms.txt" "$sample/stale.md" | diff "$sample/stale.md" -
}

check_format() {
    printf 'int  f( void ){return 1;}\n' | clang-format --dry-run --Werror --assume-filename=src/f.c 2>&1 | grep -o 'error:' | head -n 1
    false
}

# Only the names of the rules: their words differ between versions.
check_clang_tidy() {
    clang-tidy --quiet --config-file=.clang-tidy tests/tidy/bad/clang_tidy.c -- 2> /dev/null |
        grep -o '\[[a-z-]*' | LC_ALL=C sort -u
    false
}

# Programs that fail, crash, run nothing, skip, and a corpus that is not there: what the runner makes of them.
check_runner() {
    mkdir -p "$programs"
    printf '#!/bin/sh\necho "ok 1 - a"\necho "not ok 2 - b"\nexit 1\n' > "$programs/fail_test"
    printf '#!/bin/sh\necho "ok 1 - a"\nkill -KILL $$\n' > "$programs/killed_test"
    printf '#!/bin/sh\n' > "$programs/nothing_test"
    printf '#!/bin/sh\necho "ok 1 - a"\necho "not ok 2 # SKIP b"\n' > "$programs/skip_test"
    printf '#!/bin/sh\n[ -e "$1" ]\n' > "$programs/fuzz_none_fuzz"
    chmod +x "$programs"/*
    (cd "$programs" && ls) > "$sample/tests.txt"
    mv "$sample/tests.txt" "$programs/tests.txt"
    PAWL_RESULTS=$sample/results bash -c '. scripts/results.sh; begin_results
        scripts/run_tests.sh "$0" > /dev/null 2>&1; end_results' "${programs#build/}" | sed "s/sample-$$/sample/" > "$sample/runner"
    LC_ALL=C sort "$sample/runner"
    grep -q ' 0 failed' "$sample/runner"
}

{
    expect_failure runner check_runner
    expect_failure layers scripts/check_layers.sh "$sample/src"
    expect_failure circle scripts/check_layers.sh tests/tidy/circle
    expect_failure tidy scripts/tidy.sh "$sample"
    expect_failure map check_map
    expect_failure format check_format
    expect_failure clang-tidy check_clang_tidy
} > "$sample/actual.txt"

if [ "${1:-}" = --update ]; then
    cp "$sample/actual.txt" tests/tidy/expected.txt
else
    diff tests/tidy/expected.txt "$sample/actual.txt"
fi
