#!/usr/bin/env bash
# llama.cpp's server, for tests/live_peers: real tokens sampled from a model of random weights.
#
# Leaves .cache/peers/llama/bin/llama-server and, beside it, model.gguf (half a megabyte). Built from
# the source that PyPI has inside llama-cpp-python, which takes tens of minutes on two cores; JOBS
# says how many compilers run at once. Needs CMake and a C++ compiler. Goes on where it was
# interrupted, and does nothing where all is there already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly VERSION=0.3.36
readonly SHA256=832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e
readonly CACHE=.cache/peers/llama
readonly SOURCE="$CACHE/llama_cpp_python-$VERSION/vendor/llama.cpp"

mkdir -p "$CACHE/bin"
exec 9>"$CACHE/.lock"
flock 9

source_tree() {
  [ -d "$SOURCE" ] && return 0
  echo "llama-cpp-python==$VERSION --hash=sha256:$SHA256" >"$CACHE/requirements.txt"
  .uv/bin/python -m pip download --quiet --no-deps --no-binary llama-cpp-python \
    --require-hashes --dest "$CACHE" -r "$CACHE/requirements.txt"
  tar -xzf "$CACHE/llama_cpp_python-$VERSION.tar.gz" -C "$CACHE"
}

server() {
  [ -x "$CACHE/bin/llama-server" ] && return 0
  # No web page and no TLS: a model is asked over loopback. Nothing is fetched while it builds.
  cmake -S "$SOURCE" -B "$CACHE/build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O1 \
    -DBUILD_SHARED_LIBS=OFF -DGGML_NATIVE=OFF -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_TESTS=OFF \
    -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF >/dev/null
  nice -n 19 cmake --build "$CACHE/build" --target llama-server --parallel "${JOBS:-2}"
  cp "$CACHE/build/bin/llama-server" "$CACHE/bin/llama-server.new"
  strip "$CACHE/bin/llama-server.new"
  mv "$CACHE/bin/llama-server.new" "$CACHE/bin/llama-server"
}

model() {
  [ -e "$CACHE/model.gguf" ] && return 0
  [ -x "$CACHE/venv/bin/python" ] || .uv/bin/uv venv --quiet --python 3.11 "$CACHE/venv"
  .uv/bin/uv pip install --quiet --python "$CACHE/venv/bin/python" gguf==0.19.0 numpy==2.4.6
  "$CACHE/venv/bin/python" tests/live_peers/llama/random_model.py "$CACHE/model.new"
  mv "$CACHE/model.new" "$CACHE/model.gguf"
}

source_tree
server
model
"$CACHE/bin/llama-server" --version
