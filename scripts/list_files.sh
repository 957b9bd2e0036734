#!/bin/sh
# list_files.sh ROOT FOLDER PATTERN: the files under ROOT/FOLDER whose names match, relative to ROOT, sorted.
# A missing folder has no files. tests/tidy holds bad samples, which count as files of no tree.
set -eu
cd "$1"
[ -d "$2" ] || exit 0
find "$2" -type f -name "$3" ! -name '.*' ! -path 'tests/tidy/*' | LC_ALL=C sort
