"""Serves the clients of a Unix socket until a signal comes or nobody is left."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

import anyio

from antiphon import __version__
from antiphon.app.multi_client_server import HANDSHAKE_S, MultiClientServer
from antiphon.lsp.early_client import read_hello
from antiphon.lsp.rpc.jsonrpc import REQUEST_FAILED, ResponseError, error_reply, result_reply
from antiphon.lsp.startup import ClientLeft
from antiphon.lsp.transport.process_exit import hard_exit_after
from antiphon.lsp.transport.unix_listener import listen, open_client
from antiphon.lsp.transport.writer import encode
from antiphon.shared_server.hello import PROTOCOL, find_mismatch

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from anyio.abc import TaskGroup

    from antiphon.lsp.early_client import Hello
    from antiphon.lsp.transport.reader import Reader
    from antiphon.lsp.transport.unix_listener import UnixListener
    from antiphon.lsp.transport.writer import Writer

_log = logging.getLogger(__name__)

_HARD_EXIT_S = 8.5
_FLUSH_S = 1.0


class UnixServer:
    """The clients of one socket."""

    def __init__(
        self,
        server: MultiClientServer,
        listener: UnixListener,
        environ: Mapping[str, str],
        *,
        handshake_s: float,
    ) -> None:
        self._server = server
        self._listener = listener
        self._environ = environ
        self._handshake_s = handshake_s
        self._started = time.monotonic()
        self._connections = 0
        self._changed = anyio.Event()

    async def run(self, signals: AsyncIterator[signal.Signals], idle_s: float | None) -> None:
        """Accepts clients until a signal comes, or there was none for `idle_s` seconds."""
        with contextlib.ExitStack() as last_resort:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._accept, tasks)
                reason = await self._wait_for_end(signals, idle_s)
                _log.info("the server ends: %s", reason)
                last_resort.enter_context(hard_exit_after(_HARD_EXIT_S, 1))
                self._listener.close()
                tasks.cancel_scope.cancel()

    async def _accept(self, tasks: TaskGroup) -> None:
        while True:
            client = await self._listener.accept()
            self._count(1)
            tasks.start_soon(self._serve, client)

    def _count(self, step: int) -> None:
        self._connections += step
        changed, self._changed = self._changed, anyio.Event()
        changed.set()

    async def _wait_for_end(
        self, signals: AsyncIterator[signal.Signals], idle_s: float | None
    ) -> str:
        """Returns why the server ends, when it does."""
        reason = "a signal"
        async with anyio.create_task_group() as tasks:

            async def wait_for_idleness(seconds: float) -> None:
                nonlocal reason
                await self._wait_until_idle(seconds)
                reason = f"no client for {seconds:g} s"
                tasks.cancel_scope.cancel()

            if idle_s is not None:
                tasks.start_soon(wait_for_idleness, idle_s)
            reason = signal.Signals(await anext(signals)).name
            tasks.cancel_scope.cancel()
        return reason

    async def _wait_until_idle(self, idle_s: float) -> None:
        while True:
            with anyio.move_on_after(idle_s) as limit:
                await self._changed.wait()
            if limit.cancelled_caught and self._connections == 0:
                return

    async def _serve(self, client: socket.socket) -> None:
        try:
            reader, writer = open_client(client)
            await self._greet(reader, writer)
        finally:
            self._count(-1)

    async def _greet(self, reader: Reader, writer: Writer) -> None:
        """Answers the hello, if there is one, and serves the client."""
        try:
            with anyio.fail_after(self._handshake_s):
                hello, reader = await read_hello(reader)
        except (TimeoutError, ClientLeft, anyio.get_cancelled_exc_class()) as end:
            _log.info("a client left before its first message: %s", type(end).__name__)
            await _close(reader, writer)
            if not isinstance(end, (TimeoutError, ClientLeft)):
                raise
            return
        if hello is not None:
            reply = self._answer(hello)
            writer.write(encode(reply))
            if "error" in reply or hello.params.get("status"):
                await _close(reader, writer)
                return
        environ = hello.environ if hello is not None else self._environ
        await self._server.serve_client(reader, writer, user=None, environ=environ)

    def _answer(self, hello: Hello) -> dict[str, Any]:
        if problem := find_mismatch(hello.params):
            return error_reply(hello.id, ResponseError(REQUEST_FAILED, problem))
        result: dict[str, Any] = {"protocol": PROTOCOL, "version": __version__, "pid": os.getpid()}
        if hello.params.get("status"):
            result |= {
                "address": f"unix:{self._listener.path}",
                "clients": self._server.describe_clients(),
                "uptimeMs": round((time.monotonic() - self._started) * 1000),
                "memoryBytes": _measure_memory(),
            }
        return result_reply(hello.id, result)


async def serve_unix(
    path: Path,
    environ: Mapping[str, str],
    *,
    idle_s: float | None = None,
    handshake_s: float = HANDSHAKE_S,
) -> int:
    """Serves the clients of the socket at `path`, and returns the exit code.

    Prints one line of JSON when it listens. Raises `ListenError`.
    """
    stopping = anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT)
    with listen(path) as listener, stopping as signals:
        async with MultiClientServer.open(environ, handshake_s=handshake_s) as server:
            announce(f"unix:{path}")
            if idle_s is not None:
                _leave_streams()
            socket = UnixServer(server, listener, environ, handshake_s=handshake_s)
            await socket.run(signals, idle_s)
    return 0


def announce(address: str) -> None:
    """Prints where the server listens."""
    line = {"listening": address, "pid": os.getpid(), "version": __version__}
    with contextlib.suppress(OSError):  # who started it need not listen
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def _leave_streams() -> None:
    """Gives up stdout and stderr, since who started the server may be gone."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)


async def _close(reader: Reader, writer: Writer) -> None:
    with anyio.CancelScope(shield=True):
        await writer.aclose(_FLUSH_S)
    reader.close()


def _measure_memory() -> int | None:
    """Returns the resident memory of this process, if the system tells."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - no file of a user
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None
