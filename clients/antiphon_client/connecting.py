"""Connects clients to servers that run already: at a Unix socket, or over the network."""

from __future__ import annotations

from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anyio

from antiphon.shared_server.address import find_socket
from antiphon.shared_server.connect import NoServer, Refused
from antiphon_client.connection import Connection
from antiphon_client.errors import ClientError, CommandFailed, NotConnected, ServerDied
from antiphon_client.handshake import build_initialize_params
from antiphon_client.shared_server import SharedServer

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import AsyncGenerator, Callable, Mapping

    from antiphon_client.connection import PendingRequest
    from antiphon_client.server_requests import ServerRequests

_CLOSE_S: Final = 2.0


def to_workspace(folder: Path | str | None) -> Path:
    """Returns the absolute path of a client's folder, by default the current one."""
    return Path(folder or Path.cwd()).resolve()


def connect_shared(path: Path | str | None, environ: Mapping[str, str]) -> SharedServer:
    """Connects to the server at `path`, or to the shared one. Raises `ServerDied`."""
    address = find_socket(environ) if path is None else str(path)
    try:
        return SharedServer.connect(address, environ)
    except NoServer:
        raise ServerDied(f"No server answers at {address}.") from None
    except Refused as refused:
        raise ServerDied(str(refused)) from None


def take_socket(server: SharedServer, params: dict[str, Any]) -> socket.socket:
    """Returns the socket of a server that was sent `initialize`. Raises `ServerDied`."""
    if not server.is_greeted:
        server.greet(params)
    taken = server.detach()
    if taken is None:
        raise ServerDied("This connection has been used already.")
    return taken


async def finish_hello(connection: Connection, hello: PendingRequest) -> None:
    """Waits until the shared server has accepted this client. Raises `ServerDied`."""
    try:
        await connection.wait_for(hello)
    except CommandFailed as refused:
        raise ServerDied(refused.failure.message) from None


class NetworkConnection:
    """An initialized connection to a network server."""

    def __init__(
        self, connection: Connection, abort: Callable[[], None], server: dict[str, Any]
    ) -> None:
        self.connection = connection
        self.abort = abort
        self.server = server
        """The result of `initialize`."""


@asynccontextmanager
async def connect_network(
    url: str,
    token: str,
    answers: ServerRequests,
    tls: ssl.SSLContext | None,
    *,
    cwd: Path | str | None = None,
    initialization_options: Mapping[str, Any] | None = None,
    capabilities: Mapping[str, Any] | None = None,
    timeout_s: float = 30.0,
) -> AsyncGenerator[NetworkConnection]:
    """Opens and initializes a connection, and shuts it down on leaving.

    `tls` says which certificates are trusted, by default the system's; the other options are those
    of `AntiphonClient.start`. Raises `NotConnected`.
    """
    try:
        from antiphon_client.web_socket import WebSocketStream  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as missing:
        if missing.name != "websockets":
            raise
        text = "Network servers need the package websockets: pip install 'antiphon[network]'"
        raise NotConnected(text) from None
    params = build_initialize_params(
        to_workspace(cwd), initialization_options, capabilities, answers
    )
    connection = Connection(lambda data: stream.write(data), answers)  # noqa: PLW0108 - made below
    stream = await WebSocketStream.connect(
        url, token, tls, on_data=connection.receive, on_lost=connection.lose, timeout_s=timeout_s
    )
    try:
        try:
            with anyio.fail_after(timeout_s):
                server = await connection.request("initialize", params)
        except TimeoutError:
            text = f"{url} did not answer within {timeout_s:g} s."
            raise NotConnected(text) from None
        connection.notify("initialized", {})
        yield NetworkConnection(connection, stream.abort, server)
    finally:
        with anyio.CancelScope(shield=True):
            with suppress(ClientError), anyio.move_on_after(timeout_s):
                await connection.request("shutdown", None)
            connection.notify("exit", None)
            await stream.stop(_CLOSE_S)
