#!/usr/bin/env bash
# Redis from Debian's packages, for the tests of limits that servers share, which start it in a folder
# of their own. Does nothing where it is installed, or on a system without those packages.
set -euo pipefail

if command -v redis-server >/dev/null; then exit 0; fi
if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
  echo "Please install what Debian calls redis-server: some tests are skipped without." >&2
  exit 0
fi
# apt checks signatures as a user of its own, who can write to /var/tmp on every system. No service
# is started.
export TMPDIR=/var/tmp DEBIAN_FRONTEND=noninteractive
apt-get update -qq
RUNLEVEL=1 apt-get install -qq -y --no-install-recommends redis-server
