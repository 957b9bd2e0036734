# The line-by-line part of tidy.sh: banned.txt first, then C files, named relative to the root.

function offend(place, text) {
    print place ": " text
    offences++
}

# Without comments and the contents of string and character literals.
function strip(line) {
    gsub(/\\./, "", line)
    gsub(/"[^"]*"/, "\"\"", line)
    gsub(/'[^']*'/, "''", line)
    sub(/\/\/.*/, "", line)
    gsub(/\/\*[^*]*\*\//, "", line)
    return line
}

function end_file() {
    if (lines > 600) offend(current, lines " lines; a file has at most 600")
}

# "malloc free: base/memory.c sys": these calls only there.
FNR == NR {
    if ($0 ~ /^[ \t]*(#|$)/) next
    split($0, halves, ":")
    count = split(halves[1], names, " ")
    for (i = 1; i <= count; i++) home[names[i]] = " " halves[2] " "
    next
}

FNR == 1 {
    end_file()
    current = FILENAME
    source = FILENAME ~ /^src\//
    path = substr(FILENAME, 5)
    room = path
    sub(/\/.*/, "", room)
    begin = 0
}

{ lines = FNR }

/^{$/ { begin = FNR }

/^}$/ && begin {
    length_now = FNR - begin - 1
    if (length_now > 70) offend(current ":" begin, "a function of " length_now " lines; at most 70")
    if (source) histogram[length_now]++
    if (source) functions++
    begin = 0
}

/\t/ { offend(FILENAME ":" FNR, "a tab") }

source && /\(/ {
    rest = strip($0)
    while (match(rest, /[A-Za-z_][A-Za-z0-9_]*\(/)) {
        name = substr(rest, RSTART, RLENGTH - 1)
        before = RSTART > 1 ? substr(rest, RSTART - 1, 1) : ""
        rest = substr(rest, RSTART + RLENGTH)
        if (!(name in home) || before == "." || before == ">") continue
        if (index(home[name], " " room " ") || index(home[name], " " path " ")) continue
        offend(FILENAME ":" FNR, name "() belongs to:" home[name])
    }
}

function quantile(share,    i, seen) {
    for (i = 0; i < 10000; i++) {
        seen += histogram[i]
        if (seen >= share * functions) return i
    }
    return 0
}

END {
    end_file()
    if (functions > 0) {
        printf "functions: %d, lines: median %d, 90%% %d, longest %d\n", functions, quantile(0.5), quantile(0.9),
               quantile(1)
    }
    exit offences > 0
}
