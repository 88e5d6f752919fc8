"""Listens for WebSockets, admits them, and hands the streams of each to one function."""

from __future__ import annotations

import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.to_thread
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.frames import CloseCode
from websockets.http11 import Response

from antiphon.network.addresses import HostPort
from antiphon.network.admission import SUBPROTOCOL, Admission, HttpRequest, Reason, Refusal
from antiphon.network.figures import Figures
from antiphon.network.limits import ConnectionCount, Limits
from antiphon.network.streams import WebSocketStreams

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Awaitable, Callable, Collection, Sequence

    from websockets.http11 import Request
    from websockets.typing import Subprotocol

    from antiphon.model.secrets.access_tokens import AccessToken
    from antiphon.network.token_file import Tokens

_log = logging.getLogger(__name__)
_TEXT: Final = "text/plain; charset=utf-8"
_PROMETHEUS: Final = "text/plain; version=0.0.4; charset=utf-8"
_NO_METRICS: Final = (
    "Figures need the extra `metrics` of antiphon on the server: pip install 'antiphon[metrics]'.\n"
)
_WATCH_S: Final = 1.0
"""How often the tokens and the idle connections are looked at."""


class _TcpConnection(ServerConnection):
    """A connection that is counted from its first byte on."""

    listener: Listener
    address = ""
    token: AccessToken | None = None
    """Whose it is, once it was admitted."""

    def connection_made(self, transport: Any) -> None:
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        self.listener.sockets.add(self)
        is_welcome = self.listener.count.arrive(self.address)
        super().connection_made(transport)
        if not is_welcome:
            self.listener.figures.refused[Reason.LIMIT] += 1
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.listener.sockets.discard(self)
        self.listener.count.leave(self.address, self.token and self.token.user)
        if self.request is None:
            self.listener.figures.refused[Reason.BAD_REQUEST] += 1
        super().connection_lost(exc)


class Listener:
    """The network side of one server. `serve_client` gets the streams and the token of each client.

    `health` is the text of `/health`, and `format_metrics` makes that of `/metrics`. `origins` are
    the pages that may connect, `served` the addresses by which clients may name this server, beside
    loopback and the address itself.
    """

    def __init__(
        self,
        serve_client: Callable[[WebSocketStreams, AccessToken], Awaitable[None]],
        tokens: Tokens,
        *,
        health: str,
        served: Collection[HostPort] = (),
        origins: Collection[str] = (),
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        format_metrics: Callable[[], Awaitable[bytes]] | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.count = ConnectionCount(self.limits)
        self.figures = Figures()
        self._format_metrics = format_metrics
        self.sockets: set[_TcpConnection] = set()
        """Every TCP connection, whether it was admitted or not."""
        self._serve_client = serve_client
        self._tokens = tokens
        self._health = health
        self._tls = tls
        self._open: dict[_TcpConnection, WebSocketStreams] = {}
        self._admission = Admission(
            tokens.find, served=served, origins=origins, default_port=443 if tls else 80
        )
        self._ends = anyio.Event()

    async def run(self, listening: socket.socket, started: Callable[[], object]) -> None:
        """Accepts connections until `stop` is called, which ends them with code 1001.

        It owns the socket. `started` is called as soon as clients are answered.
        """
        limits = self.limits

        class Connection(_TcpConnection):
            listener = self

        server = await serve(
            self._handle,
            sock=listening,
            ssl=self._tls,
            process_request=self._process_request,
            select_subprotocol=_select_subprotocol,
            compression=None,
            server_header=None,
            open_timeout=limits.handshake_s,
            ping_interval=limits.ping_s,
            ping_timeout=limits.ping_s,
            close_timeout=limits.close_s,
            max_size=limits.message_bytes,
            max_queue=4,
            logger=_make_library_log(),
            create_connection=Connection,
        )
        started()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch)
            await self._ends.wait()
            tasks.cancel_scope.cancel()
        await self._close(server)

    def stop(self) -> None:
        """Ends `run`."""
        self._ends.set()

    def count_bytes(self) -> tuple[int, int]:
        """Returns the bytes of messages received and sent since the start."""
        received, sent = self.figures.received_bytes, self.figures.sent_bytes
        for each in self._open.values():
            received, sent = received + each.received_bytes, sent + each.sent_bytes
        return received, sent

    async def _close(self, server: Server) -> None:
        server.close(close_connections=False)
        for streams in self._open.values():
            streams.close_soon("the server ends", CloseCode.GOING_AWAY)
        for tcp in [each for each in self.sockets if each not in self._open]:
            tcp.transport.abort()
        await server.wait_closed()

    # Before a WebSocket is open.

    async def _process_request(
        self, connection: ServerConnection, request: Request
    ) -> Response | None:
        tcp: Any = connection
        path = request.path.partition("?")[0]
        if path == "/health" and request.method == "GET":
            return _respond(HTTPStatus.OK, self._health, "application/json")
        await anyio.to_thread.run_sync(self._tokens.refresh)
        http = _read_request(connection, request)
        if path == "/metrics" and request.method == "GET":
            found = self._admission.find_foreign(http) or self._admission.authenticate(http)
            if not isinstance(found, Refusal):
                return await self._respond_metrics()
        else:
            found = self._admission.admit(http)
        if not isinstance(found, Refusal):
            excess = self.count.find_excess(tcp.address, found.user)
            if excess is None:
                tcp.token = found
                self.count.admit(found.user)
                return None
            found = excess
        self.figures.refused[found.reason] += 1
        _log.info("refused %s: %d %s", tcp.address, found.status, found.reason)
        return _respond(found.status, f"{found.text}\n", _TEXT)

    async def _respond_metrics(self) -> Response:
        if self._format_metrics is None:
            return _respond(HTTPStatus.NOT_IMPLEMENTED, _NO_METRICS, _TEXT)
        figures = (await self._format_metrics()).decode()
        return _respond(HTTPStatus.OK, figures, _PROMETHEUS)

    # While it is open.

    async def _handle(self, connection: ServerConnection) -> None:
        tcp: Any = connection
        token: AccessToken = tcp.token
        streams = WebSocketStreams(connection, self.limits)
        self._open[tcp] = streams
        self.figures.connections += 1
        began = time.monotonic()
        try:
            if self._ends.is_set():
                streams.close_soon("the server ends", CloseCode.GOING_AWAY)
            await self._serve_streams(streams, token)
        finally:
            del self._open[tcp]
            self.figures.received_bytes += streams.received_bytes
            self.figures.sent_bytes += streams.sent_bytes
            _log.info(
                "the connection of %s from %s ended after %.1f s: %s (%d bytes received, %d sent)",
                token.user or "this machine's user",
                tcp.address,
                time.monotonic() - began,
                streams.end or _describe_end(connection),
                streams.received_bytes,
                streams.sent_bytes,
            )

    async def _serve_streams(self, streams: WebSocketStreams, token: AccessToken) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(streams.pump)
            try:
                await self._serve_client(streams, token)
            except Exception:  # noqa: BLE001 - one client's bug ends its connection alone
                _log.exception("serving a client failed")
                streams.close_soon("a bug in the server", CloseCode.INTERNAL_ERROR)
            tasks.cancel_scope.cancel()
        await streams.finish()

    async def _watch(self) -> None:
        """Ends connections whose token is gone, and those that are idle."""
        while True:
            await anyio.sleep(_WATCH_S)
            await anyio.to_thread.run_sync(self._tokens.refresh)
            for tcp, streams in list(self._open.items()):
                if tcp.token is None or not self._tokens.is_listed(tcp.token):
                    streams.close_soon("the token was removed", CloseCode.POLICY_VIOLATION)
                elif time.monotonic() - streams.active_at > self.limits.idle_s:
                    streams.close_soon("no message for too long", CloseCode.GOING_AWAY)


def _make_library_log() -> logging.Logger:
    """Returns a log without the library's debug lines, which contain headers, and so tokens."""
    log = logging.getLogger(f"{__name__}.library")
    log.setLevel(logging.ERROR)
    return log


def _read_request(connection: ServerConnection, request: Request) -> HttpRequest:
    headers = request.headers
    host, port = connection.local_address[:2]
    offered = headers.get_all("Sec-WebSocket-Protocol")
    return HttpRequest(
        method=request.method,
        path=request.path.partition("?")[0],
        hosts=headers.get_all("Host"),
        origins=headers.get_all("Origin"),
        authorizations=headers.get_all("Authorization"),
        subprotocols=[each.strip() for value in offered for each in value.split(",")],
        arrived_at=HostPort(host, port),
    )


def _select_subprotocol(_: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Never selects the offer that carries the token, which would be sent back."""
    return next((each for each in offered if each == SUBPROTOCOL), None)


def _respond(status: HTTPStatus, text: str, content_type: str) -> Response:
    body = text.encode()
    headers = Headers()
    headers["Connection"] = "close"
    headers["Content-Length"] = str(len(body))
    headers["Content-Type"] = content_type
    headers["Cache-Control"] = "no-store"
    headers["X-Content-Type-Options"] = "nosniff"
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "GET"
    return Response(status.value, status.phrase, headers, body)


def _describe_end(connection: ServerConnection) -> str:
    """Says how the client or the network ended a connection, without the client's words."""
    received = connection.protocol.close_rcvd
    sent = connection.protocol.close_sent
    if received is not None and connection.protocol.close_rcvd_then_sent:
        return f"the client closed it with code {received.code}"
    if sent is not None and sent.code == CloseCode.MESSAGE_TOO_BIG:
        return "a message was too long"
    if sent is not None and sent.code == CloseCode.INTERNAL_ERROR:
        return "the client did not answer a ping"
    if sent is not None:
        return f"the client broke the protocol of WebSocket (code {sent.code})"
    return "the client is gone"
