#!/bin/sh
# setup.sh: installs everything the build, the tests and the demo need on Debian 12. Safe to run again: a stamp
# named by this script's own digest makes the second call immediate.
#
# Packages come from apt (as root, or through sudo). libduckdb.so and duckdb.h come from two npm packages, as
# archives whose digests are pinned here; none of their install scripts run.
set -eu
cd "$(dirname "$0")/.."

deps=build/deps
stamp=$deps/setup-$(sha256sum scripts/setup.sh | cut -c 1-16).stamp
[ -f "$stamp" ] && exit 0

packages="gcc libc6-dev clang llvm clang-format clang-tidy libclang-rt-14-dev meson ninja-build pkg-config ccache
    libjansson-dev libfyaml-dev libssl-dev libsqlite3-dev liblmdb-dev libh2o-evloop-dev zlib1g-dev libxxhash-dev
    libcmocka-dev libmpfr-dev libxgboost-dev sqlite3 tzdata curl ca-certificates git procps
    podman runc bubblewrap"

duckdb_library_package=@duckdb/node-bindings-linux-x64@1.5.6-r.1
duckdb_library_archive=duckdb-node-bindings-linux-x64-1.5.6-r.1.tgz
duckdb_library_sha256=1b9f82478539bb9a1d1df44bd103121a12ae52142c07158dc52b97d2ec1d69ff
duckdb_header_package=duckdb@1.4.4
duckdb_header_archive=duckdb-1.4.4.tgz
duckdb_header_sha256=5bb967dcbcd517670ba5f169f238fb9d6787e53752c60ebe24386169d76941ed

say() {
    printf 'setup: %s\n' "$*" >&2
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo > /dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        say "must run as root or with sudo to install packages: $*"
        exit 4
    fi
}

# The wanted packages that are not installed, one a line.
list_missing() {
    for package in $packages; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2> /dev/null | grep -qx installed || echo "$package"
    done
}

install_packages() {
    # npm may come with a nodejs from elsewhere, which conflicts with Debian's own npm.
    command -v npm > /dev/null || packages="$packages nodejs npm"
    missing=$(list_missing)
    [ -n "$missing" ] || return 0
    say "installing" $missing
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get update -q
    # shellcheck disable=SC2086
    as_root apt-get install -q -y --no-install-recommends $missing
}

# fetch_archive PACKAGE ARCHIVE SHA256: the npm package's archive in build/deps, verified.
fetch_archive() {
    if ! echo "$3  $deps/$2" | sha256sum --check --status 2> /dev/null; then
        say "fetching $1"
        (cd "$deps" && npm pack --silent --ignore-scripts "$1" > /dev/null)
        echo "$3  $deps/$2" | sha256sum --check --status || {
            say "$deps/$2 is not the archive that was expected (SHA-256 $3)"
            exit 4
        }
    fi
}

fetch_duckdb() {
    fetch_archive "$duckdb_library_package" "$duckdb_library_archive" "$duckdb_library_sha256"
    fetch_archive "$duckdb_header_package" "$duckdb_header_archive" "$duckdb_header_sha256"
    mkdir -p $deps/duckdb
    tar --no-same-owner -xzf "$deps/$duckdb_library_archive" -C $deps/duckdb --strip-components=1 package/libduckdb.so
    tar --no-same-owner -xzf "$deps/$duckdb_header_archive" -C $deps/duckdb --strip-components=5 \
        package/src/duckdb/src/include/duckdb.h
}

mkdir -p $deps
install_packages
fetch_duckdb
rm -f $deps/setup-*.stamp
: > "$stamp"
say "done"
