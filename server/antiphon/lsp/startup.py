"""Answers `initialize` before anything heavy is imported.

An editor waits for this reply before it lets a user type, and importing the rest takes ten times
as long as answering. So the first message is read raw from the pipe, by `os` and `json` alone, and
everything that follows is passed on.

Law of this module: nothing but `sys`, `os`, `json` and modules that import no more than those.
"""

from __future__ import annotations

import json
import os
import sys

from antiphon import __version__
from antiphon.lsp.capabilities import initialize_result
from antiphon.lsp.rpc.jsonrpc import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    PARSE_ERROR,
    Handshake,
    Lifecycle,
    ResponseError,
    error_reply,
    is_object,
    result_reply,
)
from antiphon.lsp.transport.framing import FrameParser, FramingError, encode_frame

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CHUNK_BYTES = 64 * 1024


class ClientLeft(Exception):  # noqa: N818 - an end, not an error
    """The client left before it sent `initialize`, so the exit code is 1."""


def take_stdio() -> tuple[int, int]:
    """Reserves stdin and stdout for the protocol, as descriptors that no child inherits.

    From here on a stray `print`, or a library that writes to descriptor 1, reaches stderr.
    """
    stdin_fd, stdout_fd = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # stderr is closed
        os.dup2(null, 1)
    os.close(null)
    sys.stdout = sys.stderr
    return stdin_fd, stdout_fd


def answer_initialize(stdin_fd: int, stdout_fd: int) -> Handshake:
    """Reads until `initialize` has come, answers it, and returns what the connection needs.

    Raises `ClientLeft` if the client sends `exit` or closes stdin before.
    """
    parser = FrameParser()
    while True:
        data = read_chunk(stdin_fd)
        if not data:
            raise ClientLeft
        for frame in parser.feed(data):
            reply, params = answer_early(frame)
            if reply is not None:
                write_all(stdout_fd, encode_frame(json.dumps(reply).encode()))
            if reply is not None and params is not None:
                start = Handshake(
                    request_id=reply["id"], params=params, stdin_fd=stdin_fd, stdout_fd=stdout_fd
                )
                start.received = parser.take_rest()
                return start


def answer_early(
    frame: bytes | FramingError,
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Returns the reply to one early message, and the params if it was `initialize`.

    Raises `ClientLeft` if it is `exit`.
    """
    if isinstance(frame, FramingError):
        problem = ResponseError(PARSE_ERROR, f"Not a message: {frame.reason}.")
        return error_reply(None, problem), None
    try:
        message: Any = json.loads(frame)
    except (ValueError, RecursionError):
        return error_reply(None, ResponseError(PARSE_ERROR, "This is not valid JSON.")), None
    if not is_object(message):
        return error_reply(None, ResponseError(INVALID_REQUEST, "A message is an object.")), None
    return _answer_object(message)


def _answer_object(
    message: dict[str, Any],
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    method: Any = message.get("method")
    if "id" not in message:
        if method == "exit":
            raise ClientLeft
        return None, None
    request_id: Any = message["id"]
    if isinstance(request_id, bool) or not isinstance(request_id, int | str):
        return error_reply(None, ResponseError(INVALID_REQUEST, "An id is a string or int.")), None
    if method is None and ("result" in message or "error" in message):
        return None, None
    if message.get("jsonrpc") != "2.0" or not isinstance(method, str):
        problem = ResponseError(INVALID_REQUEST, "This is not a JSON-RPC 2.0 request.")
        return error_reply(request_id, problem), None
    refusal = Lifecycle().refusal(method)
    if refusal is not None:
        return error_reply(request_id, refusal), None
    params: Any = message.get("params")
    if not is_object(params):
        problem = ResponseError(INVALID_PARAMS, "`initialize` needs its params.")
        return error_reply(request_id, problem), None
    return result_reply(request_id, initialize_result(__version__)), params


def read_chunk(fd: int) -> bytes:
    """Returns the next bytes, or none after the end."""
    while True:
        try:
            return os.read(fd, _CHUNK_BYTES)
        except BlockingIOError:
            import select  # noqa: PLC0415 - only if the client's pipe does not block

            select.select([fd], [], [])


def write_all(fd: int, data: bytes) -> None:
    """Writes all of `data`. Raises `ClientLeft` if nobody reads any more."""
    while data:
        try:
            data = data[os.write(fd, data) :]
        except BlockingIOError:
            import select  # noqa: PLC0415 - only if the client's pipe does not block

            select.select([], [fd], [])
        except BrokenPipeError:
            raise ClientLeft from None
