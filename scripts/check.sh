#!/usr/bin/env bash
# check.sh: the checks that need no build. The last line is "N passed, N failed".
set -u
cd "$(dirname "$0")/.."
. scripts/results.sh
. scripts/checks.sh
begin_results
run_checks
end_results
