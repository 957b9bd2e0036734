#!/bin/sh
# generate_map.sh ROOMS DOCUMENT: prints DOCUMENT with the text between its map markers made from ROOMS.
# generate_map.sh --update: writes ARCHITECTURE.md.
set -eu
if [ "${1:-}" = --update ]; then
    cd "$(dirname "$0")/.."
    text=$(scripts/generate_map.sh src/rooms.txt ARCHITECTURE.md)
    printf '%s\n' "$text" > ARCHITECTURE.md
    exit 0
fi
awk '
    FNR == NR {
        if ($0 !~ /^[ \t]*(#|$)/) {
            split($0, halves, ":")
            room = halves[1]
            rooms[++count] = room
            gsub(/^ +| +$/, "", halves[2])
            lower[room] = halves[2]
        }
        next
    }
    /^<!-- map: begin/ {
        print
        print "| room | may use |"
        print "| --- | --- |"
        for (i = 1; i <= count; i++) printf "| `%s` | %s |\n", rooms[i], lower[rooms[i]]
        inside = 1
    }
    /^<!-- map: end/ { inside = 0 }
    !inside { print }
' "$1" "$2"
