"""Serves one client: its messages, the answers, and every task that runs for it.

Law: every well-framed request gets exactly one answer, whatever its bytes. Every handler runs in
the connection's task group, and none of them outlives it.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import time
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel

from antiphon import __version__
from antiphon.lsp.rpc.client_requests import ClientRequests
from antiphon.lsp.rpc.handlers import HandlerRunner
from antiphon.lsp.rpc.jsonrpc import (
    PARSE_ERROR,
    Lifecycle,
    ResponseError,
    error_reply,
    is_object,
    result_reply,
)
from antiphon.lsp.rpc.message import Dropped, Notification, Refused, Request, Response, decode
from antiphon.lsp.rpc.peer import Peer
from antiphon.lsp.transport.framing import FrameParser, FramingError
from antiphon.lsp.transport.process_exit import hard_exit_after, wait_for_parent_exit
from antiphon.lsp.transport.reader import ResumedReader, open_reader
from antiphon.lsp.transport.value_limit import BULKY_BYTES, has_too_many_values
from antiphon.lsp.transport.writer import encode, open_writer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from anyio.abc import TaskGroup

    from antiphon.lsp.rpc.jsonrpc import Handshake
    from antiphon.lsp.rpc.router import Dispatcher
    from antiphon.lsp.transport.reader import Reader
    from antiphon.lsp.transport.writer import Writer

_log = logging.getLogger(__name__)

_TURN_S = 0.004
"""Incoming messages let other tasks run after this long."""
_MAX_PENDING_BYTES = 32 * 1024 * 1024
"""If this much waits for a client that does not read, its requests are not read either."""
_GRACE_S, _LAST_S, _CLOSE_S, _FLUSH_S = 3.0, 1.0, 3.0, 1.0
_HARD_EXIT_S = 8.5
"""More than those four together; a server must end ten seconds after its client."""
_SHOWN = ("window/show", "window/log")
"""The prefixes of the methods with which the client shows a message."""


def _as_it_is(value: Any) -> Any:
    return value


class Connection(Peer):
    """Speaks LSP with one client, by the handlers of `dispatcher`.

    `on_close` runs once, when no handler runs any more, shielded from cancellation, for at most
    three seconds. `clean` removes secrets from a JSON value: from every error, and from everything
    that the client shows as a message.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        *,
        on_close: Callable[[], Awaitable[None]] | None = None,
        clean: Callable[[Any], Any] = _as_it_is,
    ) -> None:
        self._clean = clean
        self._dispatcher = dispatcher
        self._on_close = on_close
        self._lifecycle = Lifecycle(initialized=True)
        self._answering: HandlerRunner
        self._outgoing = ClientRequests(self._send)
        self._ended = anyio.Event()
        self._on_end: Callable[[], object] = _do_nothing
        self._services: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._parser = FrameParser()
        self._writer: Writer
        self._tasks: TaskGroup
        self.initialize_params: dict[str, Any] = {}
        """The client's params of `initialize`."""

    def alongside(self, service: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Runs `service` for as long as the connection runs, if called before `run`."""
        self._services.append(service)

    # What handlers use: see `Peer`.

    @property
    def pending(self) -> int:
        return self._writer.pending

    def room(self) -> Awaitable[None]:
        return self._writer.room()

    def notify(self, method: str, params: Any) -> None:
        params = self._clean(params) if method.startswith(_SHOWN) else params
        self._writer.write(encode({"jsonrpc": "2.0", "method": method, "params": params}))

    async def request(self, method: str, params: Any) -> Any:
        params = self._clean(params) if method.startswith(_SHOWN) else params
        return await self._outgoing.request(method, params)

    def post(self, method: str, params: Any) -> None:
        self._outgoing.send_unawaited(method, params)

    async def idle(self) -> None:
        """Returns as soon as the client waits for no answer."""
        await self._answering.in_flight.until_idle()

    def client_capability(self, *path: str) -> Any:
        value: Any = self.initialize_params.get("capabilities")
        for key in path:
            value = value.get(key) if is_object(value) else None
        return value

    # Its life.

    async def run(self, start: Handshake) -> int:
        """Serves the client of this process until it leaves, and returns the exit code."""
        with contextlib.ExitStack() as last_resort:
            self._on_end = lambda: last_resort.enter_context(hard_exit_after(_HARD_EXIT_S, 1))
            reader = ResumedReader(start.received, open_reader(start.stdin_fd))
            writer = open_writer(start.stdout_fd, stdin_fd=start.stdin_fd)
            return await self.serve(reader, writer, start.params)

    async def serve(self, reader: Reader, writer: Writer, initialize_params: dict[str, Any]) -> int:
        """Serves a client whose `initialize` was answered, and returns LSP's exit code."""
        self._writer = writer
        self.initialize_params = initialize_params
        log_start(initialize_params)
        try:
            async with anyio.create_task_group() as tasks:
                self._tasks = tasks
                self._answering = HandlerRunner(
                    self, self._dispatcher, writer.write, tasks, self._clean
                )
                tasks.start_soon(self._listen, reader)
                tasks.start_soon(self._watch_stdout)
                tasks.start_soon(self._watch_parent)
                for service in self._services:
                    tasks.start_soon(service)
                await self._ended.wait()
                self._outgoing.close()
                await self._answering.in_flight.wind_down(_GRACE_S, _LAST_S)
                tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await self._close(reader)
        return self._lifecycle.exit_code

    def _end(self, reason: str) -> None:
        if not self._ended.is_set():
            _log.info("the connection ends: %s", reason)
            self._ended.set()
            self._on_end()

    async def _close(self, reader: Reader) -> None:
        with anyio.move_on_after(_CLOSE_S) as limit:
            if self._on_close is not None:
                await self._on_close()
        if limit.cancelled_caught:
            _log.error("closing took longer than %s s", _CLOSE_S)
        await self._writer.aclose(_FLUSH_S)
        reader.close()

    async def _watch_stdout(self) -> None:
        await self._writer.broken.wait()
        self._end("the client has closed stdout")

    async def _watch_parent(self) -> None:
        await wait_for_parent_exit(self.initialize_params.get("processId"))
        self._end("the client's process has ended")

    # What comes in.

    async def _listen(self, reader: Reader) -> None:
        turn_ends = time.monotonic() + _TURN_S
        while data := await reader.read():
            for frame in self._parser.feed(data):
                await self._accept(frame)
                if self._writer.pending > _MAX_PENDING_BYTES:
                    await self._writer.room()
                if time.monotonic() > turn_ends:
                    await anyio.lowlevel.checkpoint()
                    turn_ends = time.monotonic() + _TURN_S
        self._end("end of stdin" if self._parser.at_boundary else "stdin ended inside a message")

    async def _accept(self, frame: bytes | FramingError) -> None:
        if self._ended.is_set():
            return
        if isinstance(frame, FramingError):
            _log.error("damaged input: %s", frame.reason)
            problem = ResponseError(PARSE_ERROR, f"No message: {frame.reason}.")
            self._send(error_reply(None, problem))
            return
        overfull = len(frame) >= BULKY_BYTES and await has_too_many_values(frame)
        match decode(frame, overfull=overfull):
            case Request() as request:
                self._accept_request(request)
            case Notification() as notification:
                self._accept_notification(notification)
            case Response() as response:
                self._outgoing.resolve(response)
            case Refused(request_id, problem):
                _log.warning("refused a message: %s", problem.message)
                self._send(error_reply(request_id, problem))
            case Dropped(reason):
                _log.warning("dropped a message: %s", reason)

    def _accept_request(self, request: Request) -> None:
        refusal = self._lifecycle.refusal(request.method)
        if refusal is not None:
            self._send(error_reply(request.id, refusal))
        elif request.method == "shutdown":
            self._lifecycle.shut_down()
            self._tasks.start_soon(self._shut_down, request)
        else:
            self._answering.start(request)

    async def _shut_down(self, request: Request) -> None:
        await self._answering.in_flight.wind_down(_GRACE_S, _LAST_S)
        self._send(result_reply(request.id, None))

    def _accept_notification(self, notification: Notification) -> None:
        method, params = notification.method, notification.params
        if self._lifecycle.ignores(method):
            return
        match method:
            case "exit":
                self._end("exit")
            case "$/cancelRequest":
                self._answering.in_flight.cancel(_member(params, "id"))
            case "window/workDoneProgress/cancel":
                self._answering.in_flight.cancel_token(_member(params, "token"))
            case _:
                self._answering.notify(notification)

    def _send(self, message: dict[str, Any]) -> None:
        self._writer.write(encode(message))


def _member(params: Any, key: str) -> Any:
    """Returns the id or token that a cancel names, or `None`."""
    value: Any = params.get(key) if is_object(params) else None
    return value if isinstance(value, int | str) and not isinstance(value, bool) else None


def log_start(initialize_params: dict[str, Any]) -> None:
    """Logs what a bug report needs: versions, platform and client."""
    client: Any = initialize_params.get("clientInfo")
    named = [client.get("name"), client.get("version")] if is_object(client) else []
    words = " ".join(str(each)[:40] for each in named if each) or "a client without a name"
    python = ".".join(map(str, sys.version_info[:3]))
    _log.info("antiphon %s serves %s: Python %s, %s", __version__, words, python, sys.platform)


def _do_nothing() -> None:
    """Replaces the hard exit if the process is not ours to end."""
