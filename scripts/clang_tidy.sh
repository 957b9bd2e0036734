#!/usr/bin/env bash
# clang_tidy.sh [FILE...]: clang-tidy over src/ (or the files named), as many at once as there are processors.
# A file whose preprocessed text, flags and .clang-tidy were found clean before is not looked at again:
# build/tidy holds one empty file for each such digest. Needs build/asan for the generated headers.
set -u
cd "$(dirname "$0")/.."
mkdir -p build/tidy
export version
version=$(clang-tidy --version | sha256sum)

flags_of() {
    local room=${1#src/}
    echo "-std=c17 -D_GNU_SOURCE -DPAWL_TESTING -DH2O_USE_LIBUV=0 -Ibuild/asan/rooms/${room%%/*} -Ibuild/asan -isystem build/deps/duckdb"
}

tidy_one() {
    local flags digest
    flags=$(flags_of "$1")
    # shellcheck disable=SC2086
    digest=$({ echo "$version $flags"; cat .clang-tidy; clang $flags -E "$1" 2>&1; } | sha256sum | cut -c 1-40)
    [ -f "build/tidy/$digest" ] && return 0
    # shellcheck disable=SC2086
    if output=$(clang-tidy --quiet "$1" -- $flags 2> /dev/null); then
        : > "build/tidy/$digest"
    else
        echo "$output"
        return 1
    fi
}
export -f flags_of tidy_one

if [ $# -gt 0 ]; then printf '%s\n' "$@"; else scripts/list_files.sh . src '*.c'; fi |
    xargs -P "${PAWL_JOBS:-$(nproc)}" -I '{}' bash -c 'tidy_one "$0"' '{}'
