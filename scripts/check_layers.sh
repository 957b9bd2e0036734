#!/bin/sh
# check_layers.sh SRC [--stamp FILE]: what src/rooms.txt says, checked over every #include line.
#
# - a room names only rooms above its own line, so there can be no circle;
# - a file includes "room/file.h" of its own room, or of a room that its own line names;
# - a *_internal.h is included only in its room;
# - every folder of src/ is a room.
# Prints one line for each offence; exits 1 when there are any. FILE is touched when there are none.
set -eu
src=$1
stamp=
[ "${2:-}" = --stamp ] && stamp=$3
here=$(cd "$(dirname "$0")" && pwd)

files=$("$here/list_files.sh" "$src" . '*.[ch]' | sed 's|^\./||')
# shellcheck disable=SC2086
(cd "$src" && awk -f "$here/check_layers.awk" rooms.txt $files)
[ -z "$stamp" ] || : > "$stamp"
