"""Neovim and terminals in the home of a running VS Code, on the server that all of them share."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support import ROOT
from support.canaries.leak_search import saw
from support.neovim.editor import NVIM, Place
from support.terminal.program import Program
from support.vscode.window import SERVER

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.terminal.emulator import Emulator
    from support.vscode.code_server import CodeServer

ARTIFACTS = ROOT / "artifacts" / "terminal"


class SameHome(Place):
    """A place for Neovim whose history and runtime folder are those of a VS Code."""

    def __init__(self, folder: Path, code_server: CodeServer) -> None:
        super().__init__(folder, NVIM)
        self._code_server = code_server
        self.options = {"cmd": [str(SERVER), "serve"], "server": {"shared": True}}

    def environment(self) -> dict[str, str]:
        """Returns the environment of a Neovim, with the folders of the VS Code."""
        there = self._code_server.env
        same = {name: there[name] for name in there if name.startswith(("XDG_", "HOME"))}
        return {**super().environment(), **same}


class TerminalProgram(Program):
    """`antiphon` in a terminal of the same user; everything that it printed can be waited for."""

    command = (str(SERVER),)

    def __init__(self, code_server: CodeServer, *arguments: str, lines: int = 40) -> None:
        env = {**code_server.env, "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        super().__init__(*arguments, env=env, cwd=code_server.folder, columns=100, lines=lines)

    def printed(self) -> str:
        """Returns everything that its terminal has shown, as one text."""
        return "\n".join(self.screen.scrollback)

    def expect(self, wanted: Callable[[str], object]) -> None:
        """Waits until what was printed is as wanted."""

        def seen(screen: Emulator) -> object:
            return wanted("\n".join(screen.scrollback))

        self.wait_for(seen)

    def keep(self, name: str) -> None:
        """Writes the screen to the artifacts."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        saw(self.printed())
        (ARTIFACTS / f"{name}.txt").write_text("\n".join(self.screen.rows), encoding="utf-8")

    def kill(self) -> None:
        """Ends the program without a word, and leaves its terminal."""
        [pid] = children(self.process.pid)
        os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """Returns the ids of the processes that a process has started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def shared_server(code_server: CodeServer) -> dict[str, Any]:
    """Returns what `antiphon server status` says."""
    done = subprocess.run(
        [str(SERVER), "server", "status", "--json"],
        env=code_server.env,
        check=False,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)
