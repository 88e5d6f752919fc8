"""Neovim in a real terminal: tmux on a private socket, read as a person reads it."""

from __future__ import annotations

import subprocess
import time
from typing import TYPE_CHECKING

from support.canaries.leak_search import saw
from support.neovim.editor import PATIENCE_S, ROOT, Place

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ARTIFACTS = ROOT / "artifacts" / "neovim"


class Terminal:
    """A screen of some size with Neovim on it."""

    def __init__(self, place: Place, columns: int, lines: int, folder: Path | None = None) -> None:
        self.socket = str(place.folder / "tmux.sock")
        self.environment = place.environment()
        size = ("-x", str(columns), "-y", str(lines))
        where = ("-c", str(folder or place.folder))
        begin = ("-f", "/dev/null", "new-session", "-d", "-s", "t")
        self.tmux(*begin, *where, *size, *place.command())
        self.tmux("set", "-g", "status", "off")
        self.tmux("set", "-sg", "escape-time", "0")
        self.tmux("resize-window", "-t", "t", *size)

    def tmux(self, *arguments: str) -> str:
        """Runs a tmux command; what it prints."""
        command = ["tmux", "-S", self.socket, *arguments]
        done = subprocess.run(
            command, env=self.environment, check=True, text=True, capture_output=True
        )
        return done.stdout

    def type(self, *keys: str) -> None:
        """Types keys, by tmux's names."""
        self.tmux("send-keys", "-t", "t", *keys)

    def run(self, command: str) -> None:
        """Types an Ex command."""
        self.tmux("send-keys", "-t", "t", "-l", f":{command}")
        self.type("Enter")

    def text(self, *, colours: bool = False) -> str:
        """The screen."""
        screen = self.tmux("capture-pane", "-p", *(["-e"] if colours else []), "-t", "t")
        saw(screen)
        return screen

    def expect(self, wanted: Callable[[str], object]) -> str:
        """Waits for a screen that is as wanted; the screen."""
        until = time.monotonic() + PATIENCE_S
        while True:
            screen = self.text()
            if wanted(screen):
                return screen
            if time.monotonic() > until:
                raise AssertionError(f"the screen never came; the last one:\n{screen}")
            time.sleep(0.05)

    def keep(self, name: str) -> None:
        """Writes the screen to the artifacts, plain and with its colours."""
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        (ARTIFACTS / f"{name}.txt").write_text(self.text(), encoding="utf-8")
        (ARTIFACTS / f"{name}.ansi").write_text(self.text(colours=True), encoding="utf-8")

    def close(self) -> None:
        """Ends everything in it."""
        command = ["tmux", "-S", self.socket, "kill-server"]
        subprocess.run(command, env=self.environment, check=False, capture_output=True)
