#!/bin/sh
# run.sh [OPTIONS of run.py]: pawl's graph runner beside Ninja and Luigi, in turns. Builds what it measures; files and packages go to
# build/bench/flow (2 GB of disk for the largest graph). `run.sh --sizes 1000 --jobs no_op,durable` takes a minute.
set -eu
cd "$(dirname "$0")/../.."
scripts/build.sh release pawl
exec python3 bench/flow/run.py "$@"
