"""Copies messages between an editor on stdin and stdout and a server behind a WebSocket.

For editors without WebSockets. Needs the extra `network`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import ssl
import threading
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.sync.client import connect

from antiphon_client.errors import BadServerMessage, ClientError
from antiphon_client.framing import Deframer, frame

if TYPE_CHECKING:
    from pathlib import Path

    from websockets.sync.client import ClientConnection

_CHUNK_BYTES: Final = 64 * 1024
_MAX_MESSAGE_BYTES: Final = 256 * 1024 * 1024
_HANDSHAKE_S: Final = 10.0
_PING_S: Final = 20.0
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_METHOD: Final = re.compile(rb'"method"\s*:\s*"(shutdown|exit)"')
_SHORT_BYTES: Final = 200
"""`shutdown` and `exit` are short: only short messages are searched for them."""
_REASONS: Final = {
    401: "The server refuses the token. Ask for a new one, or check the file that it is in.",
    403: "The server does not let this program connect: its Origin is not allowed there.",
    421: "The server does not go by that name. Use the address that it printed when it started.",
}


def open_connection(url: str, token: str | None, ca_file: Path | None) -> ClientConnection:
    """Returns a connection to the server at `url`. Raises `ClientError` with what to do."""
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ClientError(f"{url} is no address of a server: it begins with ws:// or wss://.")
    if parts.scheme == "ws" and parts.hostname not in _LOOPBACK:
        raise ClientError(
            f"{url} would send the token and every prompt unencrypted. Use wss://, or a tunnel to"
            " this machine and ws://127.0.0.1."
        )
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        return connect(
            url,
            additional_headers=headers,
            ssl=ssl.create_default_context(cafile=ca_file) if parts.scheme == "wss" else None,
            compression=None,
            open_timeout=_HANDSHAKE_S,
            ping_interval=_PING_S,
            ping_timeout=_PING_S,
            max_size=_MAX_MESSAGE_BYTES,
            proxy=None if parts.hostname in _LOOPBACK else True,
        )
    except InvalidStatus as refusal:
        status = refusal.response.status_code
        reason = _REASONS.get(status, f"The server refuses the connection ({status}).")
        raise ClientError(reason) from None
    except (InvalidHandshake, InvalidURI, OSError) as problem:
        raise ClientError(f"{url} cannot be reached: {problem}") from None


def copy(socket: ClientConnection, stdin_fd: int, stdout_fd: int) -> int:
    """Copies both ways until one end leaves, and returns LSP's exit code.

    It is 0 only if the editor has sent `exit` after `shutdown`.
    """
    ends = _RegularEnd()
    sender = threading.Thread(target=_send, args=(socket, stdin_fd, ends), daemon=True)
    sender.start()
    with contextlib.suppress(ConnectionClosed, OSError):
        for message in socket:
            body = message.encode() if isinstance(message, str) else message
            _write_all(stdout_fd, frame(body))
    return 0 if ends.has_exit else 1


def show_error(stdout_fd: int, problem: str) -> None:
    """Sends `problem` as a message for the editor to show."""
    params = {"type": 1, "message": f"Antiphon: {problem}"}
    message = {"jsonrpc": "2.0", "method": "window/showMessage", "params": params}
    with contextlib.suppress(OSError):
        _write_all(stdout_fd, frame(json.dumps(message).encode()))


class _RegularEnd:
    """Notices `shutdown` and then `exit` in what the editor sends."""

    def __init__(self) -> None:
        self._is_shut_down = False
        self.has_exit = False

    def look(self, body: bytes) -> None:
        """Looks at the next message."""
        found = _METHOD.search(body) if len(body) < _SHORT_BYTES else None
        if found is not None and found[1] == b"shutdown":
            self._is_shut_down = True
        elif found is not None:
            self.has_exit = self._is_shut_down


def _send(socket: ClientConnection, stdin_fd: int, ends: _RegularEnd) -> None:
    deframer = Deframer()
    with contextlib.suppress(BadServerMessage, ConnectionClosed, OSError, UnicodeDecodeError):
        while data := os.read(stdin_fd, _CHUNK_BYTES):
            for body in deframer.feed(data):
                ends.look(body)
                socket.send(body.decode())
    socket.close()


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
