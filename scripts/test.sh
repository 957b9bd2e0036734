#!/usr/bin/env bash
# test.sh: everything that must hold, cheap things first. The last line is "N passed, N failed".
#
# Builds: release (gcc), asan (clang, ASan and UBSan, all tests), tsan (clang, the *_threads_test programs).
set -u
cd "$(dirname "$0")/.."
. scripts/results.sh
begin_results

. scripts/checks.sh
run_checks
run_check build-gcc-release scripts/build.sh release
if run_check build-clang-asan scripts/build.sh asan; then
    scripts/run_tests.sh asan || record_result run-tests-asan 0 1 0
fi
threaded=$(grep '_threads_test$' build/asan/tests.txt 2> /dev/null)
# shellcheck disable=SC2086
if [ -n "$threaded" ] && run_check build-clang-tsan scripts/build.sh tsan $threaded; then
    scripts/run_tests.sh tsan '_threads_test$' || record_result run-tests-tsan 0 1 0
fi
run_check clang-tidy scripts/clang_tidy.sh
end_results
