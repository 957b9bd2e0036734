# The layering check: rooms.txt first, then all source files, named relative to src/. See check_layers.sh.

function offend(text) {
    print text
    offences++
}

FILENAME == "rooms.txt" {
    if ($0 ~ /^[ \t]*(#|$)/) next
    split($0, halves, ":")
    room = halves[1]
    if (room in known) offend("rooms.txt:" FNR ": room '" room "' is named twice")
    count = split(halves[2], lower, " ")
    for (i = 1; i <= count; i++) {
        if (lower[i] in known) allowed[room, lower[i]] = 1
        else offend("rooms.txt:" FNR ": room '" room "' uses '" lower[i] "', which no line above it names")
    }
    known[room] = 1
    next
}

FNR == 1 {
    slash = index(FILENAME, "/")
    own = slash > 0 ? substr(FILENAME, 1, slash - 1) : ""
    if (!(own in known)) {
        offend(FILENAME ":1: '" own "' is not a room of rooms.txt")
    }
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    target = quoted[2]
    slash = index(target, "/")
    if (slash == 0) {
        if (target != "code_digest.h") offend(FILENAME ":" FNR ": write \"" own "/" target "\": an include names its room")
        next
    }
    room = substr(target, 1, slash - 1)
    if (room == own) next
    if (!((own, room) in allowed)) offend(FILENAME ":" FNR ": room '" own "' may not use '" room "'")
    else if (target ~ /_internal\.h$/) offend(FILENAME ":" FNR ": \"" target "\" stays in its room")
}

END { exit offences > 0 }
