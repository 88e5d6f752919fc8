#!/usr/bin/env bash
# The LiteLLM Proxy, for tests/live_peers: 576 MB in a virtual environment of its own, since it
# cannot live beside the product (rich below 14, websockets below 16) and is never a part of it.
#
# Leaves .cache/peers/litellm-proxy/bin/litellm. Does nothing where that list is installed already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly LIST=tests/live_peers/litellm_proxy/requirements.txt
readonly CACHE=.cache/peers/litellm-proxy

mkdir -p "$CACHE"
exec 9>.cache/peers/.litellm-proxy.lock
flock 9
cmp -s "$LIST" "$CACHE/installed" && exit 0

.uv/bin/uv venv --quiet --clear --python 3.11 "$CACHE"
.uv/bin/uv pip install --quiet --no-deps --compile-bytecode --python "$CACHE/bin/python" -r "$LIST"
cp "$LIST" "$CACHE/installed"
