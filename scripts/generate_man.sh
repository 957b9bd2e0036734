#!/bin/sh
# generate_man.sh [FOLDER]: a man page for each command and one for pawl, and completion for bash, from what --help prints. Nothing of it is
# kept in the tree. Default folder: build/man.
set -eu
cd "$(dirname "$0")/.."
pawl=${PAWL:-build/release/pawl}
folder=${1:-build/man}
version=$("$pawl" --version | sed 's/^pawl //')
mkdir -p "$folder"

list_commands() {
    "$pawl" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p'
}

# print_page NAME: the help on stdin as roff.
print_page() {
    awk -v name="$1" -v version="$version" '
        function roff(text) {
            gsub(/\\/, "\\e", text); gsub(/-/, "\\-", text)
            if (text ~ /^[.\x27]/) text = "\\&" text
            return text
        }
        NR == 1 {
            summary = $0; sub(/^[^:]*: /, "", summary)
            printf ".TH \"%s\" 1 \"\" \"pawl %s\" \"pawl\"\n.SH NAME\n%s \\- %s\n", toupper(name), version, roff(name), roff(summary)
            next
        }
        /^usage: / { sub(/^usage: /, ""); printf ".SH SYNOPSIS\n%s\n.SH DESCRIPTION\n", roff($0); next }
        /^options:$/ { print ".SH OPTIONS"; options = 1; next }
        /^exit codes: / { sub(/^exit codes: /, ""); print ".SH EXIT STATUS"; print roff($0); options = 0; next }
        /^  [-a-z]/ && (options || name == "pawl") {
            at = match(substr($0, 3), /   *[^ ]/)
            left = at ? substr($0, 3, at - 1) : substr($0, 3)
            right = at ? substr($0, 3 + at) : ""
            sub(/^ +/, "", right)
            if (!at) { at = match(left, / [^ ]*$/) }
            printf ".TP\n.B %s\n%s\n", roff(left), roff(right)
            next
        }
        /^$/ { print ".PP"; next }
        { sub(/^ +/, ""); print roff($0) }
    '
}

# The options of a command, as completion wants them.
list_options() {
    "$pawl" "$1" --help | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | tr '\n' ' '
}

print_completion() {
    echo '# bash completion for pawl: source it, or put it into /usr/share/bash-completion/completions/pawl'
    echo '_pawl() {'
    echo '    local word=${COMP_WORDS[COMP_CWORD]} options='
    echo '    if [ "$COMP_CWORD" -eq 1 ]; then'
    echo "        COMPREPLY=(\$(compgen -W \"$(list_commands | tr '\n' ' ')help\" -- \"\$word\"))"
    echo '        return'
    echo '    fi'
    echo '    case ${COMP_WORDS[1]} in'
    list_commands | while read -r command; do
        printf '    %s) options="%s" ;;\n' "$command" "$(list_options "$command")"
    done
    printf '    help) options="%s" ;;\n' "$(list_commands | tr '\n' ' ')"
    echo '    esac'
    echo '    case $word in'
    echo '    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;'
    echo '    *) [ "${COMP_WORDS[1]}" = help ] && COMPREPLY=($(compgen -W "$options" -- "$word")) || COMPREPLY=($(compgen -f -- "$word")) ;;'
    echo '    esac'
    echo '}'
    echo 'complete -o filenames -F _pawl pawl'
}

"$pawl" --help | sed '1s/^pawl [^:]*: /pawl: /' | print_page pawl > "$folder/pawl.1"
list_commands | while read -r command; do
    "$pawl" "$command" --help | print_page "pawl-$command" > "$folder/pawl-$command.1"
done
print_completion > "$folder/pawl.bash"
