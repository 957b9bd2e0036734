#!/bin/sh
# generate_cli.sh [--update]: the part of docs/cli.md that lists commands is what their --help prints. Without --update: fails when it differs.
set -eu
cd "$(dirname "$0")/.."
pawl=${PAWL:-build/release/pawl}
file=docs/cli.md
begin='<!-- commands: begin (scripts/generate_cli.sh --update writes this from the commands'"'"' own help) -->'
end='<!-- commands: end -->'

list_commands() {
    "$pawl" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p'
}

# The help of each command, without what all have in common.
print_commands() {
    list_commands | while read -r command; do
        printf '\n### pawl %s\n\n```\n' "$command"
        "$pawl" "$command" --help | sed -e '/^  --file PATH/,$d' | sed -e '$!b' -e '/^options:$/d'
        printf '```\n'
    done
}

print_file() {
    sed -n "1,/^<!-- commands: begin/p" "$file" | sed '$d'
    echo "$begin"
    print_commands
    echo
    sed -n '/^<!-- commands: end/,$p' "$file"
}

new=$(mktemp)
trap 'rm -f "$new"' EXIT
print_file > "$new"
if [ "${1:-}" = --update ]; then
    cat "$new" > "$file"
elif ! cmp -s "$new" "$file"; then
    echo "$file is not what the commands say: run scripts/generate_cli.sh --update" >&2
    exit 1
fi
