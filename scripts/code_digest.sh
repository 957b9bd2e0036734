#!/bin/sh
# code_digest.sh ROOT code|testing VERSION OUTPUT: writes the header with the version and the SHA-256 of all
# files of src/ (names and contents, sorted). `testing` gives a fixed digest.
set -eu
root=$1
mode=$2
version=$3
output=$4
if [ "$mode" = testing ]; then
    digest=$(printf testing | sha256sum | cut -d ' ' -f 1)
else
    digest=$(cd "$root" && scripts/list_files.sh . src '*' | xargs sha256sum | sha256sum | cut -d ' ' -f 1)
fi
printf '#define PAWL_VERSION "%s"\n#define PAWL_CODE_DIGEST "%s"\n' "$version" "$digest" > "$output"
