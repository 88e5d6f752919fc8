"""Neovim's msgpack-RPC over the pipes of a child process, one request at a time."""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import subprocess
import time
from typing import Any, Final

import msgspec

REQUEST: Final = 0
RESPONSE: Final = 1
CHUNK_BYTES: Final = 1 << 16
PATIENCE_S: Final = 20.0
"""For one answer; longer than any wait that a test has Neovim do."""


class NeovimError(Exception):
    """What Neovim answered instead of a result."""


class Channel:
    """A Neovim that was started with `--embed`."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self._ids = itertools.count()

    def call(self, method: str, *arguments: Any) -> Any:
        """The result of an API function. Raises `NeovimError` where there is none."""
        assert self._process.stdin is not None
        number = next(self._ids)
        self._process.stdin.write(msgspec.msgpack.encode([REQUEST, number, method, arguments]))
        kind, answered, problem, result = self._receive()
        assert (kind, answered) == (RESPONSE, number)
        if problem is not None:
            raise NeovimError(problem[1])
        return result

    def wait(self) -> None:
        """Waits until the process has ended by itself."""
        self._process.wait(PATIENCE_S)

    def close(self) -> None:
        """Ends the process; waits for it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        if self._process.stdin.closed:
            return
        # It is gone before it can answer, or it hangs and is killed below.
        with contextlib.suppress(EOFError, OSError, TimeoutError):
            self.call("nvim_command", "qall!")
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _receive(self) -> list[Any]:
        """The next message: nothing else is on its way, as Neovim is asked one thing at a time."""
        assert self._process.stdout is not None
        descriptor, received = self._process.stdout.fileno(), b""
        until = time.monotonic() + PATIENCE_S
        while True:
            ready, _, _ = select.select([descriptor], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise TimeoutError("Neovim does not answer; does it wait for a key?")
            chunk = os.read(descriptor, CHUNK_BYTES)
            if not chunk:
                raise EOFError
            received += chunk
            try:
                return msgspec.msgpack.decode(received)
            except msgspec.DecodeError:
                continue  # the rest of the message is still to come
