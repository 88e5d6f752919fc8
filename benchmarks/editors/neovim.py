"""The real Neovim in a pseudo-terminal: bytes typed, bytes drawn, and the time between.

One thread reads the terminal whenever it waits for anything: a terminal that is not read would
hold up the editor.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import random
import select
import shutil
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from benchmarks.harness.bench import ROOT
from benchmarks.harness.proc import cpu_s

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PLUGIN: Final = ROOT / "neovim-plugin"
LINES: Final = 60
COLUMNS: Final = 200
_PATIENCE_S: Final = 30.0
_READ_BYTES: Final = 1 << 16
_FIRST_GLYPH: Final = 0x180
"""Latin Extended-B: narrow letters that neither an answer nor a bar has in it."""
_KEY_EVERY_S: Final = (0.020, 0.045)
"""Uneven, so that the keys do not fall into step with the frames."""


def find() -> str | None:
    """The command that the tests use: the installed one, else that on PATH."""
    cached = ROOT / ".cache" / "neovim" / "bin" / "nvim"
    return str(cached) if cached.exists() else shutil.which("nvim")


def environment(folder: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """A home of its own in `folder`, and nothing of the person's editor."""
    kept = {k: v for k, v in inherited.items() if not k.startswith(("NVIM", "VIM", "XDG_"))}
    for kind in ("CONFIG", "DATA", "STATE", "CACHE", "RUNTIME"):
        place = folder / kind.lower()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept[f"XDG_{kind}_{'DIR' if kind == 'RUNTIME' else 'HOME'}"] = str(place)
    return kept | {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm-256color",
        "NVIM_LOG_FILE": str(folder / "nvim.log"),
    }


class Neovim:
    """A Neovim of 200 by 60 cells. Ends, and all that it started, with the `with` block."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], socket: Path) -> None:
        self._nvim, self._env, self._socket = command[0], dict(env), str(socket)
        self._terminal, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self._screen = subprocess.Popen(
            [*command, "--listen", self._socket],
            env=self._env,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)
        self._until(socket.exists, "Neovim's socket")
        self.rest(0.5)
        self._pids = (self._screen.pid, int(self.lua("return vim.fn.getpid()")))

    def type(self, text: str) -> None:
        """Types without waiting for anything."""
        os.write(self._terminal, text.encode())

    def rest(self, seconds: float) -> None:
        """Lets the editor work for that long."""
        ends = time.perf_counter() + seconds
        while (left := ends - time.perf_counter()) > 0:
            self._read(left)

    def lua(self, code: str) -> Any:
        """The result of a Lua chunk. Raises `RuntimeError` where it fails."""
        chunk = json.dumps(f"(function() {code} end)()")
        asked = subprocess.Popen(
            [
                *(self._nvim, "--clean", "--headless", "--server", self._socket),
                *("--remote-expr", f"json_encode(luaeval({chunk}))"),
            ],
            env=self._env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._until(lambda: asked.poll() is not None, "an answer of Neovim")
        output, _ = asked.communicate()
        if asked.returncode:
            raise RuntimeError(output)
        return json.loads(output)

    def expect(self, code: str) -> None:
        """Waits until a Lua chunk returns true."""
        self._until(lambda: self.lua(code) is True, code)

    def cpu_s(self) -> float:
        """Seconds on a core so far: the editor and the process that draws its screen."""
        return sum(cpu_s(pid) for pid in self._pids)

    def keystrokes(self, count: int) -> list[float]:
        """Types `count` different letters at uneven moments; seconds from due to drawn, of each."""
        glyphs = [chr(_FIRST_GLYPH + number).encode() for number in range(count)]
        due, waits, tail = time.perf_counter(), list[float](), b""
        ends = due + count * _KEY_EVERY_S[1] + _PATIENCE_S
        pace, pending = random.Random(count), dict[bytes, float]()
        while glyphs or pending:
            now = time.perf_counter()
            if now > ends:
                raise TimeoutError(f"{len(pending)} keys were never drawn")
            if glyphs and now >= due:
                os.write(self._terminal, glyphs[0])
                pending[glyphs.pop(0)] = due
                due += pace.uniform(*_KEY_EVERY_S)
            tail = tail[-1:] + self._read(max(0.0, due - now) if glyphs else 1.0)
            now = time.perf_counter()
            for glyph in [each for each in pending if each in tail]:
                waits.append(now - pending.pop(glyph))
        return waits

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.type("\x1c\x0e:qall!\r")
        try:
            self._until(lambda: self._screen.poll() is not None, "Neovim's end")
        finally:
            for pid in self._alive():
                os.kill(pid, signal.SIGKILL)
            self._screen.wait()
            os.close(self._terminal)

    def _alive(self) -> list[int]:
        """What has not ended by itself."""
        if self._screen.poll() is not None:
            return []
        return [pid for pid in self._pids if Path(f"/proc/{pid}").exists()]

    def _until(self, reached: Callable[[], bool], what: str) -> None:
        ends = time.perf_counter() + _PATIENCE_S
        while not reached():
            if time.perf_counter() > ends:
                raise TimeoutError(f"waited for {what}")
            self._read(0.02)

    def _read(self, timeout_s: float) -> bytes:
        if not select.select([self._terminal], [], [], timeout_s)[0]:
            return b""
        try:
            return os.read(self._terminal, _READ_BYTES)
        except OSError:  # how Linux says that the last process has left the terminal
            time.sleep(0.01)
            return b""
