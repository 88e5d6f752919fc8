"""A program in a terminal of its own, as a person would run it: a pty, its size, its keys."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from support.terminal.emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

WAIT_S = 10.0
_SHELL = 'trap : INT TERM; "$@"; echo "[exit code $?]"; read -r _'
"""The terminal's session belongs to a shell that outlives the program, as a person's does.

When a session's leader ends, Linux throws away what the terminal had not delivered yet.
"""
_EXIT = re.compile(r"\[exit code (\d+)\]")
CTRL_C = b"\x03"


class Program:
    """`antiphon` with the given arguments; `screen` is what its terminal shows."""

    command: ClassVar[tuple[str, ...]] = (sys.executable, "-P", "-m", "antiphon")

    def __init__(
        self, *arguments: str, env: Mapping[str, str], cwd: Path, columns: int = 80, lines: int = 24
    ) -> None:
        self.screen = Emulator(columns, lines)
        self.written = bytearray()
        """Every byte that reached the terminal."""
        self._master, slave = pty.openpty()
        self.resize(columns, lines)
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", _SHELL, "sh", *self.command, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            # Without a controlling terminal Ctrl-C is a byte, and no signal.
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(WAIT_S)
        os.close(self._master)

    def resize(self, columns: int, lines: int) -> None:
        """Gives the terminal another size, as dragging its window does."""
        if (self.screen.columns, self.screen.lines) != (columns, lines):
            self.screen.resize(lines=lines, columns=columns)
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def press(self, keys: bytes) -> None:
        """Types `keys`; `CTRL_C` reaches every process of the foreground group, as it does."""
        os.write(self._master, keys)

    def wait_for(self, seen: Callable[[Emulator], object]) -> None:
        """Waits until `seen(screen)` holds; fails with the screen where it never does."""
        deadline = time.monotonic() + WAIT_S
        while not seen(self.screen):
            if not self._read(deadline):
                shown = "\n".join(self.screen.scrollback)
                raise AssertionError(f"never seen; the terminal shows:\n{shown}")

    def wait_to_end(self) -> int:
        """Waits for the program's end and everything that it wrote; gives its exit code."""
        self.wait_for(lambda screen: _EXIT.search("\n".join(screen.rows)))
        found = _EXIT.search("\n".join(self.screen.rows))
        assert found is not None
        return int(found[1])

    @property
    def server_pid(self) -> int:
        """The process id of the server that the program has started."""
        return _child_of(_child_of(self.process.pid))

    def _read(self, deadline: float) -> bool:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self._master], [], [], left)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            # Linux says EIO where the last program has left the terminal.
            return False
        self.written += data
        self.screen.write(data)
        return bool(data)


def _child_of(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return int(children[0])
