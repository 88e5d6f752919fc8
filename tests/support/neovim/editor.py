"""One Neovim process, driven over its RPC: what the tests type, and what they read back."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from support import ROOT
from support.neovim.rpc import Channel

if TYPE_CHECKING:
    from collections.abc import Callable

PLUGIN: Final = ROOT / "neovim-plugin"
PATIENCE_S: Final = 10.0
SERVER: Final = [sys.executable, "-m", "antiphon", "serve"]


def find_nvim() -> str | None:
    """The one that `ANTIPHON_TEST_NVIM` names, else the installed one, else that on PATH."""
    named = os.environ.get("ANTIPHON_TEST_NVIM")
    if named:
        return named
    cached = ROOT / ".cache" / "neovim" / "bin" / "nvim"
    return str(cached) if cached.exists() else shutil.which("nvim")


NVIM: Final = find_nvim()
NEXT: Final = ROOT / ".cache" / "neovim" / "bin" / "nvim-next"
"""The newest Neovim, where scripts/install_neovim_next.sh could get it."""

PANES: Final = """
local panes, found = require('antiphon.panes'), {}
for _, pane in ipairs(panes.all()) do
  found[#found + 1] = {
    id = pane.id, model = pane.model, title = pane.title, state = pane.state, uri = pane.uri,
    buffer = pane.buffer, session = pane.session_id, message = pane.message_id,
    note = pane.note,
    text = table.concat(vim.api.nvim_buf_get_lines(pane.buffer, 0, -1, false), '\\n'),
    window = vim.fn.bufwinid(pane.buffer),
  }
end
return found
"""

CONTENT: Final = """
local uri, answer = ..., nil
require('antiphon.server.client').content(uri, function(problem, text)
  answer = text or vim.inspect(problem)
end)
vim.wait(8000, function() return answer ~= nil end, 10)
return answer
"""


class Place:
    """A home folder with the plugin's configuration; several Neovims may live in it."""

    def __init__(self, folder: Path, nvim: str | None = NVIM) -> None:
        self.folder = folder
        self.nvim = nvim
        self.settings: dict[str, Any] = {}
        """The server's settings."""
        self.options: dict[str, Any] = {}
        """Further options of the plugin."""
        self.plugin = PLUGIN

    def environment(self) -> dict[str, str]:
        """Nothing of whoever runs the tests."""
        dropped = ("NVIM", "VIM", "XDG_", "ANTIPHON_", "DBUS_")
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(dropped) and not name.endswith("_API_KEY")
        }
        for kind in ("CONFIG", "DATA", "STATE", "CACHE", "RUNTIME"):
            folder = self.folder / kind.lower()
            folder.mkdir(exist_ok=True, mode=0o700)
            kept[f"XDG_{kind}_{'DIR' if kind == 'RUNTIME' else 'HOME'}"] = str(folder)
        return kept | {
            "ANTIPHON_DISCOVERY__LOCAL_SERVERS": "false",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm-256color",
            "NVIM_LOG_FILE": str(self.folder / "nvim.log"),
        }

    def init_file(self) -> Path:
        """The person's init.lua."""
        options = {"cmd": SERVER, "settings": self.settings, **self.options}
        path = self.folder / "init.lua"
        path.write_text(
            f"vim.opt.runtimepath:prepend({json.dumps(str(self.plugin))})\n"
            "vim.o.shadafile = 'NONE'\n"
            f"vim.g.antiphon = vim.json.decode([==[{json.dumps(options)}]==])\n",
            encoding="utf-8",
        )
        return path

    def command(self, *more: str) -> list[str]:
        """Neovim's command line."""
        assert self.nvim is not None
        return [self.nvim, "--clean", "-u", str(self.init_file()), "-n", *more]


class Editor:
    """A headless Neovim over msgpack-RPC."""

    def __init__(self, place: Place, columns: int = 120, lines: int = 40) -> None:
        self.place = place
        command = place.command("--embed", "--headless")
        self.channel = Channel(command, place.environment())
        self.lua(f"vim.o.columns, vim.o.lines = {columns}, {lines}")
        self.lua("""_G.seen = {}
          vim.api.nvim_create_autocmd('User', { pattern = 'Antiphon*', callback = function(event)
            table.insert(_G.seen, { name = event.match, data = event.data })
          end })
          _G.told = {}
          vim.notify = function(text) table.insert(_G.told, text) end""")

    def close(self) -> None:
        """Ends the process."""
        self.channel.close()

    def lua(self, code: str, *arguments: Any) -> Any:
        """Runs Lua in the editor."""
        return self.channel.call("nvim_exec_lua", code, arguments)

    def do(self, command: str) -> None:
        """Runs an Ex command."""
        self.channel.call("nvim_command", command)

    def keys(self, keys: str) -> None:
        """Types, in Neovim's notation, and lets it be acted upon."""
        self.channel.call("nvim_input", keys)

    def expect(self, read: Callable[[], Any], wanted: Any) -> Any:
        """Waits until what is read is what is wanted: a value, or a condition of it."""
        until = time.monotonic() + PATIENCE_S
        while True:
            value = read()
            if wanted(value) if callable(wanted) else value == wanted:
                return value
            if time.monotonic() > until:
                told = self.lua("return _G.told")
                raise AssertionError(f"last seen: {value!r}; told: {told}")
            time.sleep(0.02)

    def panes(self) -> list[dict[str, Any]]:
        """What the plugin knows of its panes, with the text of their buffers."""
        return self.lua(PANES)

    def states(self) -> list[str]:
        """The panes' states, oldest pane first."""
        return [pane["state"] for pane in self.panes()]

    def expect_states(self, *wanted: str) -> list[dict[str, Any]]:
        """Waits for these states; the panes."""
        self.expect(self.states, list(wanted))
        return self.panes()

    def events(self, name: str) -> list[dict[str, Any]]:
        """The `User` autocommands of that name so far."""
        return [event["data"] for event in self.lua("return _G.seen") if event["name"] == name]

    def finished(self, runs: int = 1) -> list[dict[str, Any]]:
        """Waits until that many runs have ended; the panes."""
        self.expect(lambda: len(self.events("AntiphonDone")), lambda count: count >= runs)
        return self.panes()

    def document(self, uri: str) -> str:
        """The text that the server has for a document."""
        return self.lua(CONTENT, uri)

    def windows(self) -> list[tuple[str, int, int, int, int]]:
        """The windows of this tab page: the buffer's tail, row, column, width, height."""
        found = self.lua("""return vim.tbl_map(function(window)
          local buffer, place = vim.api.nvim_win_get_buf(window), vim.fn.win_screenpos(window)
          return { vim.fs.basename(vim.api.nvim_buf_get_name(buffer)), place[1], place[2],
                   vim.api.nvim_win_get_width(window), vim.api.nvim_win_get_height(window) }
        end, vim.api.nvim_tabpage_list_wins(0))""")
        return [tuple(window) for window in found]

    def buffer_text(self, name: str) -> str:
        """The text of the buffer with that name."""
        lines = "vim.api.nvim_buf_get_lines(vim.fn.bufnr(...), 0, -1, false)"
        return self.lua(f"return table.concat({lines}, '\\n')", name)

    def server_pid(self) -> int:
        """The process of the server."""
        code = """for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
          return child end"""
        return self.lua(code)
