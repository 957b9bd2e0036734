#!/bin/sh
# try_clean.sh FOLDER [COMMAND...]: runs COMMAND (default: make test) on a clone of HEAD in a fresh Debian 12 that has
# only git, make and apt. Needs root and debootstrap; FOLDER must not exist, and is kept for looking around.
#
# DEBIAN_MIRROR          where packages come from (default http://deb.debian.org/debian)
# PAWL_CLEAN_FILES       files of this machine that networking needs there, such as a proxy's certificate or an .npmrc
# PAWL_CLEAN_VARIABLES   environment assignments for the same reason
set -eu
cd "$(dirname "$0")/.."
folder=$1
shift
[ $# -gt 0 ] || set -- make test
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
[ ! -e "$folder" ] || { echo "try_clean.sh: $folder exists" >&2; exit 2; }

clean_up() {
    umount "$folder/proc" 2> /dev/null || true
}
trap clean_up EXIT

debootstrap --variant=minbase --include=git,make bookworm "$folder" "$mirror"
mount -t proc proc "$folder/proc"
for file in /etc/resolv.conf /etc/hosts ${PAWL_CLEAN_FILES:-}; do
    mkdir -p "$folder$(dirname "$file")"
    cp -L "$file" "$folder$file"
done
git clone --quiet --no-hardlinks . "$folder/root/pawl"

echo "packages before: $(chroot "$folder" dpkg-query -W | wc -l)"
# shellcheck disable=SC2086
chroot "$folder" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb ${PAWL_CLEAN_VARIABLES:-} \
    bash -c 'cd /root/pawl && time -p "$@"' clean "$@"
