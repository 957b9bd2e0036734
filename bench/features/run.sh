#!/bin/sh
# run.sh [OPTIONS of run.py]: pawl's feature engine beside DuckDB (the same libduckdb), Polars, pandas and Feast. Builds what it measures;
# data, packages and results go to build/bench (3 GB of disk, 8 GB of memory for the largest peer). All jobs take about an hour;
# `run.sh --jobs as_of,sum_7d --peers duckdb` takes two minutes.
set -eu
cd "$(dirname "$0")/../.."
export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}:$PWD/build/deps/duckdb"
scripts/build.sh release bench_features
exec python3 bench/features/run.py "$@"
