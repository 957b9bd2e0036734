#!/bin/sh
# build.sh release|optimised|asan|tsan|fuzz [TARGET...]: configures build/NAME when that is new or when files came or
# went, then builds. Without targets: everything.
set -eu
cd "$(dirname "$0")/.."
name=$1
shift
folder=build/$name

case $name in
release) compiler=gcc options="-Dtesting=false" ;;
optimised) compiler=gcc options="-Dtesting=true" ;;
asan) compiler=clang options="-Dtesting=true -Db_sanitize=address,undefined -Doptimization=1" ;;
tsan) compiler=clang options="-Dtesting=true -Db_sanitize=thread -Doptimization=1" ;;
fuzz) compiler=clang options="-Dtesting=true -Dfuzz=true -Db_sanitize=address,undefined" ;;
*)
    echo "build.sh: no build is called '$name'" >&2
    exit 2
    ;;
esac

files=$(scripts/list_files.sh . src '*' && scripts/list_files.sh . tests '*.c' && scripts/list_files.sh . bench '*.c')
listing=$(echo "$files" | sha256sum | cut -c 1-64)
mkdir -p build
log=build/$name.log
if [ ! -f "$folder/build.ninja" ]; then
    # shellcheck disable=SC2086
    CC=$compiler meson setup $options "$folder" > "$log" || { cat "$log"; exit 4; }
elif [ "$(cat "$folder/files.sha256" 2> /dev/null)" != "$listing" ]; then
    meson setup --reconfigure "$folder" > "$log" || { cat "$log"; exit 4; }
fi
echo "$listing" > "$folder/files.sha256"

# ninja is quiet but for what fails.
ninja -C "$folder" -j "${PAWL_JOBS:-$(nproc)}" "$@" > "$log" || { cat "$log"; exit 1; }
tail -n 1 "$log" | sed "s|^|$name: |"
