#!/usr/bin/env bash
# Redis, PostgreSQL and PgBouncer from Debian's packages, for the tests of what servers share, which start
# each in a folder of its own. Does nothing where they are installed, or on a system without those packages.
set -euo pipefail

missing=()
command -v redis-server >/dev/null || missing+=(redis-server)
command -v initdb >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
command -v pgbouncer >/dev/null || [ -x /usr/sbin/pgbouncer ] || missing+=(pgbouncer)
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi
if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
  echo "Please install what Debian calls ${missing[*]}: some tests are skipped without." >&2
  exit 0
fi
# apt checks signatures as a user of its own, who can write to /var/tmp on every system. No service
# is started, and no cluster is made.
export TMPDIR=/var/tmp DEBIAN_FRONTEND=noninteractive
apt-get update -qq
RUNLEVEL=1 apt-get install -qq -y --no-install-recommends "${missing[@]}"
