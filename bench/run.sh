#!/bin/sh
# run.sh: every benchmark in turn: bench/<subject>/run.sh. What they print belongs into bench/RESULTS.md.
set -eu
cd "$(dirname "$0")"
for subject in */run.sh; do
    echo "== ${subject%/run.sh}"
    "$subject"
done
