#!/bin/sh
# tidy.sh ROOT: the rules of style that a small program can check. Prints one line for each offence and the
# distribution of function lengths; exits 1 when there is an offence.
#
# - files of at most 600 lines, functions of at most 70;
# - calls outside the rooms that tests/tidy/banned.txt gives them to;
# - a .c without a test of its own, unless tests/tidy/untwinned.txt says why;
# - trailing spaces, tabs, a missing last newline, notes to oneself;
# - links of documents to files that do not exist.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"

code=$({ "$here/list_files.sh" . src '*.[ch]'; "$here/list_files.sh" . tests '*.[ch]'; })
# shellcheck disable=SC2086
awk -f "$here/tidy.awk" tests/tidy/banned.txt $code && status=0 || status=1

fail() {
    echo "$1"
    status=1
}

for source in $("$here/list_files.sh" . src '*.c'); do
    twin=tests/${source#src/}
    [ -f "${twin%.c}_test.c" ] || grep -q "^$source: ." tests/tidy/untwinned.txt ||
        fail "$source: no test ${twin%.c}_test.c, and no reason in tests/tidy/untwinned.txt"
done
for source in $(sed -n 's/^\(src[^:]*\):.*/\1/p' tests/tidy/untwinned.txt); do
    twin=tests/${source#src/}
    [ -f "$source" ] || fail "tests/tidy/untwinned.txt: $source does not exist"
    [ ! -f "${twin%.c}_test.c" ] || fail "tests/tidy/untwinned.txt: $source has a test"
done

texts=$({
    echo "$code"
    "$here/list_files.sh" . scripts '*'
    "$here/list_files.sh" . docs '*.md'
    find . -maxdepth 1 -type f \( -name '*.md' -o -name Makefile -o -name 'meson*' \) | sed 's|^\./||' | LC_ALL=C sort
})
for text in $texts; do
    [ -z "$(tail -c 1 "$text")" ] || fail "$text: the last line has no end"
done
# shellcheck disable=SC2086
! grep -nE '[[:blank:]]+$' $texts || fail "(trailing spaces)"
# The pattern is written so that it does not find itself.
# shellcheck disable=SC2086
! grep -nE 'TO[D]O|FI[X]ME|XX[X]' $texts || fail "(notes to oneself: do it, or file it)"

for document in $(echo "$texts" | grep '\.md$'); do
    for link in $(grep -o '](\([^)]*\))' "$document" | sed 's/^](//; s/)$//; s/#.*//' | grep -v '^[a-z]*:' | sort -u); do
        [ -e "$(dirname "$document")/$link" ] || fail "$document: no file for the link to $link"
    done
done
exit $status
