#!/usr/bin/env bash
# nightly.sh: what is too long for every change: the tests with PAWL_NIGHTLY=1 (suites run their long form), then
# each fuzz target for PAWL_FUZZ_SECONDS (60) on a copy of its corpus. The last line is "N passed, N failed".
# An input that crashes a target stays in build/fuzz/found; put it into tests/fuzz/corpus, with the fix.
set -u
cd "$(dirname "$0")/.."
. scripts/results.sh
begin_results
export PAWL_NIGHTLY=1 PAWL_TEST_SECONDS_MAX=14400
export LSAN_OPTIONS=suppressions=$PWD/tests/sanitizers/leaks.txt:print_suppressions=0

fuzz_one() {
    local target=$1 parser corpus
    parser=$(echo "$target" | sed 's/^fuzz_//; s/_fuzz$//')
    corpus=build/fuzz/corpus/$parser
    mkdir -p "$corpus" build/fuzz/found
    cp -r "tests/fuzz/corpus/$parser/." "$corpus"
    [ "$parser" != plan ] || PAWL_ROOT=$PWD PAWL_PLANS=$corpus build/asan/property_plan_seeds_test || return 1
    "build/fuzz/$target" -max_total_time="${PAWL_FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=4096 -close_fd_mask=1 \
        -artifact_prefix="build/fuzz/found/$parser-" "$corpus"
}

run_check build-gcc-release scripts/build.sh release
# A million values of random worlds: without sanitizers, and seeds that the suite below does not look at.
million() {
    PAWL_ROOT=$PWD PAWL_SEED=100000:20000 timeout 7200 build/optimised/property_features_test
}
if run_check build-gcc-optimised scripts/build.sh optimised property_features_test; then
    run_check property-million million
fi
if run_check build-clang-asan scripts/build.sh asan; then
    scripts/run_tests.sh asan || record_result run-tests-asan 0 1 0
fi
targets=$(grep '^fuzz_' build/asan/tests.txt)
# shellcheck disable=SC2086
if [ -n "$targets" ] && run_check build-fuzz scripts/build.sh fuzz $targets; then
    for target in $targets; do
        run_check "fuzzing-$target" fuzz_one "$target"
    done
fi
end_results
