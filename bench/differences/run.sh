#!/bin/sh
# run.sh: prints where DuckDB, pandas, Polars and Feast give another result than pawl, case by case (docs/peers.md explains them).
set -eu
cd "$(dirname "$0")/../.."
scripts/build.sh release libpawl.so.0.1.0
python3 -c 'import sys; sys.argv = ["run.py"]; sys.path.insert(0, "bench/features"); import run; run.peers_install()'
exec build/bench/peers/bin/python bench/differences/differences.py
