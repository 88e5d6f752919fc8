"""Connects to a shared server and greets it."""

from __future__ import annotations

import json
import os
import socket

from antiphon.shared_server.hello import METHOD, build_hello
from antiphon.shared_server.peer import NotPrivate, check_folder, find_peer_user

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_GREETING_S = 10.0
_CHUNK_BYTES = 64 * 1024
_HEADER_END = b"\r\n\r\n"


class NoServer(Exception):  # noqa: N818 - an outcome, not an error
    """Nobody answers at the socket."""


class Refused(Exception):  # noqa: N818 - likewise
    """The server does not serve this client. The message says why, and what to do."""


def connect(path: str) -> socket.socket:
    """Returns a connection to the server of this user at `path`.

    Raises `NoServer`, and `Refused` if somebody else could read what is sent.
    """
    try:
        check_folder(os.path.dirname(path))  # noqa: PTH120 - pathlib takes a megabyte
    except OSError:
        raise NoServer from None
    except NotPrivate as problem:
        raise Refused(str(problem)) from None
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        server.connect(path)
        uid = find_peer_user(server)
    except OSError:
        server.close()
        raise NoServer from None
    if uid not in (None, os.getuid()):
        server.close()
        raise Refused(f"The server at {path} belongs to another user. Remove that file.")
    return server


def greet(server: socket.socket, environ: Mapping[str, str], *, status: bool = False) -> Any:
    """Sends the hello and returns the server's answer, reading nothing behind it.

    Raises `NoServer` if the server ends before it answers, and `Refused`.
    """
    params = build_hello(environ, status=status)
    message = {"jsonrpc": "2.0", "id": METHOD, "method": METHOD, "params": params}
    body = json.dumps(message).encode()
    server.settimeout(_GREETING_S)
    try:
        server.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        answer: Any = json.loads(read_frame(server))
    except TimeoutError:
        raise Refused("The shared server does not answer. End it: antiphon server stop") from None
    except (OSError, ValueError):
        raise NoServer from None
    server.settimeout(None)
    if "error" in answer:
        raise Refused(answer["error"]["message"])
    return answer["result"]


def read_frame(server: socket.socket) -> bytes:
    """Reads one frame and not a byte more. Raises `OSError`, and `ValueError` at the end."""
    head = b""
    while not head.endswith(_HEADER_END):
        head += _read(server, 1)
    length = int(head.split(b":")[1])
    body = b""
    while len(body) < length:
        body += _read(server, min(length - len(body), _CHUNK_BYTES))
    return body


def _read(server: socket.socket, size: int) -> bytes:
    data = server.recv(size)
    if not data:
        raise ValueError("the connection ended")
    return data
