#!/bin/sh
# Copies installed Debian packages, with all that they depend on, into an empty root file system.
#
#   copy_packages.sh TARGET PACKAGE…
#
# What only installs packages stays behind: a running server needs neither dpkg nor a shell.
set -eu

target=$1
shift
left_out="debconf dpkg libacl1 libmd0 libpcre2-8-0 libselinux1 openssl readline-common tar"

packages=$(apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts \
  --no-breaks --no-replaces --no-enhances "$@" | grep '^[a-z]' | sort -u)
for each in $left_out; do
  packages=$(printf '%s\n' "$packages" | grep -vx "$each")
done

mkdir -p "$target/var/lib/dpkg/status.d"
for each in $packages; do
  # Scanners of images read here what is installed.
  dpkg-query --status "$each" >"$target/var/lib/dpkg/status.d/$each"
  dpkg-query --listfiles "$each"
done | sort -u | while read -r file; do
  # A slim base leaves documentation out, but dpkg lists it.
  if [ -e "$file" ] || [ -L "$file" ]; then printf '%s\n' "$file"; fi
done | grep -v '^/\.$' | tar --create --no-recursion --files-from - | tar --extract --directory "$target"

# What installing made and no package owns.
cp --archive --parents /etc/ssl/certs /etc/nsswitch.conf /usr/lib/python3* "$target"
