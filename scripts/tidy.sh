#!/bin/sh
# tidy.sh ROOT: the rules of style that a small program can check. Prints one line for each offence and the
# distribution of function lengths; exits 1 when there is an offence.
#
# - files of at most 600 lines, functions of at most 70;
# - calls outside the rooms that tests/tidy/banned.txt gives them to;
# - a .c without a test: src/room/noun_part.c is tested by tests/room/noun_part_test.c or by noun_test.c; others need a
#   reason in tests/tidy/untwinned.txt;
# - trailing spaces, tabs, a missing last newline, notes to oneself.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$1"
set -f

code=$(for folder in src tests bench scripts; do "$here/list_files.sh" . $folder '*.[ch]'; done)
# shellcheck disable=SC2086
awk -f "$here/tidy.awk" tests/tidy/banned.txt $code && status=0 || status=1

fail() {
    echo "$1"
    status=1
}

# has_twin SOURCE: a test named as the file, or as its name without the last parts.
has_twin() {
    stem=${1#src/}
    stem=${stem%.c}
    while [ ! -f "tests/${stem}_test.c" ]; do
        case ${stem##*/} in
        *_*) stem=${stem%_*} ;;
        *) return 1 ;;
        esac
    done
}

# untwinned.txt, "PATTERN: reason" a line; a pattern that excuses nothing is an offence itself.
excuses=$(sed -n 's/^\(src[^: ]*\): ..*/\1/p' tests/tidy/untwinned.txt)
used=
for source in $("$here/list_files.sh" . src '*.c'); do
    has_twin "$source" && continue
    excused=
    for excuse in $excuses; do
        # shellcheck disable=SC2254
        case $source in $excuse) excused=$excuse ;; esac
    done
    [ -n "$excused" ] || fail "$source: no test in tests/, and no reason in tests/tidy/untwinned.txt"
    used="$used $excused "
done
for excuse in $excuses; do
    case $used in
    *" $excuse "*) ;;
    *) fail "tests/tidy/untwinned.txt: $excuse excuses nothing" ;;
    esac
done

texts=$({
    echo "$code"
    "$here/list_files.sh" . scripts '*.*'
    for folder in docs examples bench; do "$here/list_files.sh" . $folder '*.md'; done
    find . -maxdepth 1 -type f \( -name '*.md' -o -name Makefile -o -name 'meson*' \) | sed 's|^\./||' | LC_ALL=C sort
})
for text in $texts; do
    [ -z "$(tail -c 1 "$text")" ] || fail "$text: the last line has no end"
done
# shellcheck disable=SC2086
! grep -nE '[[:blank:]]+$' $texts || fail "(trailing spaces)"
# The pattern is written so that it does not find itself.
# shellcheck disable=SC2086
! grep -nE 'TO[D]O|FI[X]ME|(^|[^X])XX[X]([^X]|$)' $texts || fail "(notes to oneself: do it, or file it)"
exit $status
