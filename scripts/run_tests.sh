#!/usr/bin/env bash
# run_tests.sh BUILD [PATTERN]: runs the test programs of build/BUILD whose names match the extended regular
# expression, as many at once as there are processors, and records each program's passed and failed tests.
set -eu
cd "$(dirname "$0")/.."
. scripts/results.sh
export results
mkdir -p "$results.d"

# run_one BUILD NAME: cmocka programs report in TAP; a fuzz target replays its corpus and counts as one.
run_one() {
    local build=$1 name=$2 status=0 passed failed begin log input=()
    log=$results.d/$build-$name.log
    begin=$(date +%s.%N)
    case $name in
    fuzz_*) input=("tests/fuzz/corpus/$(echo "$name" | sed 's/^fuzz_//; s/_fuzz$//')") ;;
    esac
    timeout "${PAWL_TEST_SECONDS_MAX:-900}" "build/$build/$name" "${input[@]}" > "$log" 2>&1 < /dev/null || status=$?
    passed=$(grep -cE '^ok [0-9]+ - ' "$log" || true)
    failed=$(grep -E '^not ok [0-9]+ ' "$log" | grep -cv '# SKIP' || true)
    [ ${#input[@]} -eq 0 ] || [ $status -ne 0 ] || passed=1
    # A program that died, or that ran no test at all, is a failure of its own.
    if [ $((passed + failed)) -eq 0 ] || { [ $status -ne 0 ] && [ "$failed" -eq 0 ]; }; then
        echo "exit status $status" >> "$log"
        failed=$((failed + 1))
    fi
    record_result "$build-$name" "$passed" "$failed" "$(seconds_since "$begin")"
}
export -f run_one record_result seconds_since

build=$1
pattern=${2:-.}
root=$PWD
export CMOCKA_MESSAGE_OUTPUT=TAP LC_ALL=C
# Tests that ask glibc about zones ask about those that are embedded.
export TZDIR=$root/build/$build/zoneinfo
export PAWL_ROOT=$root PAWL_BINARY=$root/build/$build/pawl PAWL_RELEASE_BINARY=$root/build/release/pawl
# Long programs first.
long='^(end_to_end|crash|property|fault)_'
names=$(grep -E "$pattern" "build/$build/tests.txt" | sed '/^$/d' || true)
[ -n "$names" ] || exit 0
{ grep -E "$long" <<< "$names" || true; grep -vE "$long" <<< "$names" || true; } |
    xargs -P "${PAWL_JOBS:-$(nproc)}" -I '{}' bash -c 'run_one "$0" "$1"' "$build" '{}'

# Every program must have given its result.
for name in $names; do
    grep -q " $build-$name\$" "$results" || record_result "$build-$name" 0 1 0
done
