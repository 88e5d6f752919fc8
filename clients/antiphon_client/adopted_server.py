"""Attaches asyncio's subprocess transport to a process that was spawned elsewhere.

asyncio cannot attach to a process that runs already. This module does for such a process what
asyncio does for its own: it reports pipe data and the end of the process to the protocol, in the
same order. POSIX only.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from antiphon_client.started_server import EarlyServer

_STDIN, _STDOUT, _STDERR = 0, 1, 2
_MODES = ("wb", "rb", "rb")


class AttachedProcess(asyncio.SubprocessTransport):
    """What `loop.subprocess_exec` would have returned for the process."""

    def __init__(self, pid: int, protocol: asyncio.SubprocessProtocol) -> None:
        super().__init__()
        self._pid = pid
        self._protocol = protocol
        self._loop = asyncio.get_running_loop()
        self._pipes: dict[int, asyncio.BaseTransport] = {}
        self._open_pipes = 0
        self._returncode: int | None = None
        self._closed = False

    @classmethod
    async def adopt(cls, started: EarlyServer, protocol: asyncio.SubprocessProtocol) -> None:
        """Reports to `protocol` everything that `started` has sent and sends, and its end.

        Raises `RuntimeError` if it was adopted before.
        """
        descriptors = started.detach()
        if descriptors is None:
            raise RuntimeError("a started server can be adopted once")
        attached = cls(started.pid, protocol)
        protocol.connection_made(attached)
        threading.Thread(target=attached._wait, name="server", daemon=True).start()
        files = [os.fdopen(fd, mode, 0) for fd, mode in zip(descriptors, _MODES, strict=True)]
        try:
            await attached._connect(files)
        except BaseException:
            attached.close()
            for file in files:
                file.close()
            raise

    def get_pid(self) -> int:
        return self._pid

    def get_returncode(self) -> int | None:
        return self._returncode

    def get_pipe_transport(self, fd: int) -> asyncio.BaseTransport | None:
        return self._pipes.get(fd)

    def send_signal(self, signal: int) -> None:
        """Sends a signal to the process. Raises `ProcessLookupError` if it has ended."""
        if self._returncode is not None:
            raise ProcessLookupError
        os.kill(self._pid, signal)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        """Closes every pipe, and kills the process if it still runs."""
        if self._closed:
            return
        self._closed = True
        for pipe in self._pipes.values():
            pipe.close()
        if self._returncode is None:
            self.kill()

    def pipe_lost(self, fd: int, error: Exception | None) -> None:
        """Handles a pipe that was closed at either end."""
        self._protocol.pipe_connection_lost(fd, error)
        self._open_pipes -= 1
        self._finish()

    def pipe_received(self, fd: int, data: bytes) -> None:
        """Passes on bytes from the process."""
        self._protocol.pipe_data_received(fd, data)

    async def _connect(self, files: Sequence[IO[bytes]]) -> None:
        self._open_pipes = len(files)
        self._pipes[_STDIN], _ = await self._loop.connect_write_pipe(
            lambda: _Pipe(self, _STDIN), files[_STDIN]
        )
        for fd in (_STDOUT, _STDERR):
            self._pipes[fd], _ = await self._loop.connect_read_pipe(
                lambda fd=fd: _Pipe(self, fd), files[fd]
            )

    def _wait(self) -> None:
        _, status = os.waitpid(self._pid, 0)
        try:
            self._loop.call_soon_threadsafe(self._exit, os.waitstatus_to_exitcode(status))
        except RuntimeError:
            return  # the loop is closed, so there is no protocol left to notify

    def _exit(self, returncode: int) -> None:
        self._returncode = returncode
        self._protocol.process_exited()
        self._finish()

    def _finish(self) -> None:
        if self._returncode is not None and self._open_pipes == 0:
            self._protocol.connection_lost(None)


class _Pipe(asyncio.Protocol):
    """One pipe of the process."""

    def __init__(self, process: AttachedProcess, fd: int) -> None:
        self._process = process
        self._fd = fd

    def data_received(self, data: bytes) -> None:
        self._process.pipe_received(self._fd, data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._process.pipe_lost(self._fd, exc)
