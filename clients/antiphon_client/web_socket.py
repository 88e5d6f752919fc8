"""Speaks to a network server in text frames, by callbacks.

The package `websockets` (the extra `network`) is used without its I/O, so that nothing of it can
outlive the connection.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

import anyio
from websockets.client import ClientProtocol
from websockets.exceptions import InvalidStatus, InvalidURI, WebSocketException
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Response
from websockets.protocol import State
from websockets.uri import parse_uri

from antiphon_client.errors import ConnectionLost, NotConnected
from antiphon_client.framing import frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from websockets.uri import WebSocketURI

_END_OF_HEADER: Final = b"\r\n\r\n"
_MAX_MESSAGE_BYTES: Final = 256 * 1024 * 1024
_MAX_QUOTED: Final = 200


class WebSocketStream(asyncio.Protocol):
    """An open connection. `on_data` gets framed messages, `on_lost` the reason of the end."""

    def __init__(
        self,
        protocol: ClientProtocol,
        token: str,
        on_data: Callable[[bytes], None],
        on_lost: Callable[[ConnectionLost], None],
    ) -> None:
        loop = asyncio.get_running_loop()
        self._protocol = protocol
        self._token = token
        self._on_data = on_data
        self._on_lost = on_lost
        self._message = bytearray()
        self._transport: asyncio.Transport | None = None
        self._answered: asyncio.Future[Response | None] = loop.create_future()
        self._closed: asyncio.Future[None] = loop.create_future()

    @classmethod
    async def connect(
        cls,
        url: str,
        token: str,
        tls: ssl.SSLContext | None,
        *,
        on_data: Callable[[bytes], None],
        on_lost: Callable[[ConnectionLost], None],
        timeout_s: float,
    ) -> WebSocketStream:
        """Opens `ws://…` or `wss://…`. Raises `NotConnected` with what to do."""
        uri = _parse(url)
        protocol = ClientProtocol(uri, max_size=_MAX_MESSAGE_BYTES, logger=_make_quiet_log())
        loop = asyncio.get_running_loop()
        try:
            with anyio.fail_after(timeout_s):
                _, stream = await loop.create_connection(
                    lambda: cls(protocol, token, on_data, on_lost),
                    uri.host,
                    uri.port,
                    ssl=(tls or ssl.create_default_context()) if uri.secure else None,
                )
                await stream.finish_handshake(url)
        except TimeoutError:
            raise NotConnected(f"{url} did not answer within {timeout_s:g} s.") from None
        except ssl.SSLError as error:
            raise NotConnected(f"{url} cannot be trusted: {error.reason or error}.") from None
        except OSError as error:
            raise NotConnected(f"{url} cannot be reached: {error.strerror or error}.") from None
        return stream

    async def finish_handshake(self, url: str) -> None:
        """Waits until the server has accepted the connection. Raises `NotConnected`."""
        try:
            response = await asyncio.shield(self._answered)
        except asyncio.CancelledError:
            self.abort()
            raise
        problem = self._protocol.handshake_exc
        if response is not None and problem is None:
            return
        self.abort()
        if isinstance(problem, InvalidStatus):
            raise NotConnected(_describe_refusal(url, problem.response))
        raise NotConnected(f"{url} is not a network server of Antiphon.")

    def write(self, data: bytes) -> None:
        """Sends one framed message, if the connection is open."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_text(data[data.index(_END_OF_HEADER) + len(_END_OF_HEADER) :])
            self._flush()

    def abort(self) -> None:
        """Closes the connection at once: the server stops what runs for this client."""
        if self._transport is not None:
            self._transport.abort()

    async def stop(self, grace_s: float) -> None:
        """Closes the connection by the closing handshake, or after `grace_s` seconds without."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
            self._flush()
        with anyio.move_on_after(grace_s):
            await asyncio.shield(self._closed)
        self.abort()
        await asyncio.shield(self._closed)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        request = self._protocol.connect()
        request.headers["Authorization"] = f"Bearer {self._token}"
        self._protocol.send_request(request)
        self._flush()

    def data_received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        self._accept_events()

    def eof_received(self) -> None:
        self._protocol.receive_eof()
        self._accept_events()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._answered.done():
            self._answered.set_result(None)
        close = self._protocol.close_rcvd
        reason = f" ({close.reason})" if close is not None and close.reason else ""
        self._on_lost(ConnectionLost(f"The server closed the connection{reason}."))
        self._closed.set_result(None)

    def _accept_events(self) -> None:
        for event in self._protocol.events_received():
            if isinstance(event, Response):
                self._answered.set_result(event)
            elif isinstance(event, Frame):
                self._accept_frame(event)
        self._flush()

    def _accept_frame(self, received: Frame) -> None:
        if received.opcode not in {Opcode.TEXT, Opcode.CONT}:
            return
        self._message += received.data
        if received.fin:
            body, self._message = bytes(self._message), bytearray()
            self._on_data(frame(body))

    def _flush(self) -> None:
        if self._transport is None:
            return
        for data in self._protocol.data_to_send():
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof():
                self._transport.write_eof()
            else:
                self._transport.close()


def _parse(url: str) -> WebSocketURI:
    try:
        uri = parse_uri(url)
    except (InvalidURI, WebSocketException, ValueError):
        text = f"{url!r} is not an address such as ws://127.0.0.1:4123 or wss://models.example."
        raise NotConnected(text) from None
    if not uri.secure and not _is_loopback(uri.host):
        text = (
            f"{url} is another machine, to which ws:// would send the token in clear. Use wss://."
        )
        raise NotConnected(text)
    return uri


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _describe_refusal(url: str, response: Response) -> str:
    body = bytes(response.body or b"").decode("utf-8", "replace").strip()
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        return f"{url} does not accept the token. Ask for a new one: antiphon token add NAME"
    text = " ".join(body.split())[:_MAX_QUOTED]
    return f"{url} refused the connection with status {response.status_code}. {text}".rstrip()


def _make_quiet_log() -> logging.Logger:
    """Returns a log without the library's debug lines, which contain headers, and so tokens."""
    log = logging.getLogger(f"{__name__}.library")
    log.setLevel(logging.ERROR)
    return log
