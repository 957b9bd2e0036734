#!/bin/sh
# run.sh [ROUNDS]: the as-of join and one 7-day sum over 20M events and 2M labels, Parquet in, a column out: pawl's engine beside
# DuckDB (the same libduckdb, 2 threads each), in turns. Prints a table of the best wall and processor seconds of ROUNDS (3).
# Data and builds go to build/; 240 MB of disk, 1.5 GB of memory.
set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-3}
threads=2
data=build/bench
library=build/deps/duckdb/libduckdb.so
export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:-}:$PWD/build/deps/duckdb"

duckdb() {
    python3 bench/features/duckdb.py $library $data $threads "$@"
}

scripts/build.sh release bench_features
mkdir -p $data
if [ ! -f $data/lb.parquet ]; then
    echo "making 20M events and 2M labels in $data"
    duckdb "$(cat bench/features/generate.sql)" > /dev/null
fi

results=$data/features.jsonl
: > "$results"
for round in $(seq "$rounds"); do
    echo "round $round of $rounds"
    for job in as_of sum_7d; do
        feature='last(x)'
        [ $job = as_of ] || feature='sum(x) over 7d'
        duckdb "create:$(cat bench/features/$job.sql)" | sed "s/^{/{\"who\": \"duckdb\", \"job\": \"$job\", /" >> "$results"
        build/release/bench_features $data/ev.parquet $data/lb.parquet "$feature" $threads |
            tr -d '\n' | sed "s/^{/{\"who\": \"pawl\", \"job\": \"$job\", /;s/\$/\n/" >> "$results"
    done
done
python3 bench/features/summary.py "$results"
