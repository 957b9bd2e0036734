#!/bin/sh
# make_zone_table.sh ZIC DATA FOLDER GENERATOR: compiles IANA's zone data into FOLDER (for tests: TZDIR) and prints the C
# table that is embedded. DATA is part of the source, so that the same source gives the same plans everywhere.
set -eu
zic=$1
data=$2
folder=$3
generator=$4
rm -rf "$folder"
mkdir -p "$folder"
"$zic" -b fat -d "$folder" "$data"
cp "$data" "$folder/tzdata.zi"
exec "$generator" "$folder"
