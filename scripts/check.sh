#!/usr/bin/env bash
# check.sh: the checks that need no build. The last line is "N passed, N failed".
set -u
cd "$(dirname "$0")/.."
# Beside a run of the tests it keeps results of its own.
export PAWL_RESULTS=${PAWL_RESULTS:-build/checks}
. scripts/results.sh
. scripts/checks.sh
begin_results
run_checks
end_results
