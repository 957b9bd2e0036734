#!/bin/sh
# link_rooms.sh SRC FOLDER ROOM...: makes FOLDER hold one link for each room, and nothing else.
set -eu
src=$1
folder=$2
shift 2
mkdir -p "$folder"
for link in "$folder"/*; do
    [ -L "$link" ] && rm "$link"
done
for room in "$@"; do
    [ -d "$src/$room" ] && ln -s "$src/$room" "$folder/$room"
done
exit 0
