#!/bin/sh
# Names the server in the settings of a new home, and becomes code-server.
set -eu

data=$HOME/.local/share/code-server
if [ ! -e "$data/User/settings.json" ]; then
  mkdir -p "$data/User" "$HOME/work"
  printf '{\n  "antiphon.server.address": "%s"\n}\n' "${SERVER_ADDRESS:?is the server, as wss://models.example}" \
    >"$data/User/settings.json"
fi
exec node /opt/editor/node_modules/code-server/out/node/entry.js \
  --config "${EDITOR_CONFIG:-/run/secrets/editor_config}" --bind-addr "${BIND:-0.0.0.0:8080}" \
  --disable-telemetry --disable-update-check "$@" "$HOME/work"
