"""Runs the server's process, with its pipes as callbacks and its end as a future.

No task reads the pipes: asyncio's subprocess protocol calls back. So no task can outlive its owner,
and a client may be opened in one task and closed in another.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Final, cast

import anyio

from antiphon_client.errors import ServerDied

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from antiphon_client.started_server import EarlyServer

_STDERR_TAIL_BYTES: Final = 16 * 1024
_DRAIN_S: Final = 0.5
"""How long the other pipes may take to empty after one of them closed."""
_STDIN, _STDOUT, _STDERR = 0, 1, 2


class ServerProcess(asyncio.SubprocessProtocol):
    """A running server.

    `on_stdout` is called with its bytes, `on_lost` with the reason when it is gone.
    """

    def __init__(
        self, on_stdout: Callable[[bytes], None], on_lost: Callable[[ServerDied], None]
    ) -> None:
        self._on_stdout = on_stdout
        self._on_lost = on_lost
        self._stderr = bytearray()
        self._loop = asyncio.get_running_loop()
        self._exited: asyncio.Future[None] = self._loop.create_future()
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._reported = False
        self._transport: asyncio.SubprocessTransport | None = None

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None,
        cwd: Path,
        on_stdout: Callable[[bytes], None],
        on_lost: Callable[[ServerDied], None],
    ) -> ServerProcess:
        """Starts `command`. Raises `ServerDied` if it cannot be started.

        The server gets a process session of its own: Ctrl-C in a terminal is for the client, which
        then cancels by the protocol.
        """
        loop = asyncio.get_running_loop()
        flags = subprocess.CREATE_NEW_PROCESS_GROUP if sys.platform == "win32" else 0
        try:
            _, process = await loop.subprocess_exec(
                lambda: cls(on_stdout, on_lost),
                *command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=cwd,
                env=None if env is None else dict(env),
                start_new_session=True,
                creationflags=flags,
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise ServerDied(f"The server could not be started ({command[0]}: {reason}).") from None
        return process

    @classmethod
    async def adopt(
        cls,
        started: EarlyServer,
        *,
        on_stdout: Callable[[bytes], None],
        on_lost: Callable[[ServerDied], None],
    ) -> ServerProcess:
        """Attaches to a server that was started before."""
        from antiphon_client.adopted_server import AttachedProcess  # noqa: PLC0415 - POSIX only

        process = cls(on_stdout, on_lost)
        await AttachedProcess.adopt(started, process)
        return process

    @property
    def pid(self) -> int:
        """The process id."""
        return self._running().get_pid()

    @property
    def exit_code(self) -> int | None:
        """The exit code: negative for a signal, `None` while it runs."""
        return self._running().get_returncode()

    def write(self, data: bytes) -> None:
        """Queues `data` for the server's stdin, if the server still reads it."""
        stdin = cast("asyncio.WriteTransport", self._running().get_pipe_transport(_STDIN))
        if not stdin.is_closing():
            stdin.write(data)

    async def stop(self, grace_s: float) -> None:
        """Waits `grace_s` seconds for the end, then terminates, then kills the process."""
        stdin = self._running().get_pipe_transport(_STDIN)
        if stdin is not None:
            stdin.close()
        for end in (self.terminate, self.kill):
            with anyio.move_on_after(grace_s):
                await asyncio.shield(self._exited)
            if self._exited.done():
                break
            end()
            grace_s = 1.0
        await asyncio.shield(self._exited)
        self._running().close()
        await asyncio.shield(self._closed)

    def terminate(self) -> None:
        """Asks the process to end (SIGTERM)."""
        with contextlib.suppress(ProcessLookupError):
            self._running().terminate()

    def kill(self) -> None:
        """Kills the process and its children."""
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                self._running().kill()
            else:
                os.killpg(self.pid, signal.SIGKILL)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == _STDOUT:
            self._on_stdout(data)
        else:
            self._stderr += data
            del self._stderr[:-_STDERR_TAIL_BYTES]

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd != _STDERR:
            self._loop.call_later(_DRAIN_S, self._report_end)

    def process_exited(self) -> None:
        self._exited.set_result(None)
        # A grandchild may keep the pipes open for any time.
        self._loop.call_later(_DRAIN_S, self._report_end)

    def connection_lost(self, exc: Exception | None) -> None:
        self._report_end()
        self._closed.set_result(None)

    def _report_end(self) -> None:
        if self._reported:
            return
        self._reported = True
        code = self.exit_code
        how = "closed its connection" if code is None else f"ended with exit code {code}"
        stderr = self._stderr.decode("utf-8", "replace")
        self._on_lost(ServerDied(f"The server {how}.", exit_code=code, stderr=stderr))

    def _running(self) -> asyncio.SubprocessTransport:
        if self._transport is None:
            raise ServerDied("The server was never started.")
        return self._transport
