"""Reads what a client sends before it is served, up to its `initialize`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from antiphon.lsp.rpc.jsonrpc import is_object
from antiphon.lsp.startup import ClientLeft, answer_early
from antiphon.lsp.transport.framing import FrameParser, FramingError
from antiphon.lsp.transport.reader import ResumedReader
from antiphon.lsp.transport.writer import encode
from antiphon.shared_server.hello import METHOD

if TYPE_CHECKING:
    from antiphon.lsp.transport.reader import Reader
    from antiphon.lsp.transport.writer import Writer


class EarlyClient(NamedTuple):
    """A client whose `initialize` was answered."""

    params: dict[str, Any]
    reader: Reader
    """Returns what comes behind `initialize`."""


class Hello(NamedTuple):
    """The first message of a client of ours on a Unix socket."""

    id: int | str
    params: dict[str, Any]

    @property
    def environ(self) -> dict[str, str]:
        """The client's environment, which holds its keys."""
        given: Any = self.params.get("environ")
        if not is_object(given):
            return {}
        return {str(name): value for name, value in given.items() if isinstance(value, str)}


async def read_hello(reader: Reader) -> tuple[Hello | None, Reader]:
    """Reads the client's hello, and returns it with a reader of what comes behind it.

    A client that begins with anything else has none, and the reader returns everything. Raises
    `ClientLeft` if the client closes its end before.
    """
    parser = FrameParser()
    received = b""
    while data := await reader.read():
        received += data
        for frame in parser.feed(data):
            hello = None if isinstance(frame, FramingError) else _parse_hello(frame)
            rest = received if hello is None else parser.take_rest()
            return hello, ResumedReader(rest, reader)
    raise ClientLeft


def _parse_hello(frame: bytes) -> Hello | None:
    if METHOD.encode() not in frame:
        return None
    try:
        message: Any = json.loads(frame)
    except (ValueError, RecursionError):
        return None
    if not is_object(message) or message.get("method") != METHOD:
        return None
    request_id, params = message.get("id"), message.get("params")
    return Hello(request_id, params) if is_object(params) else None


async def answer_client(reader: Reader, writer: Writer) -> EarlyClient:
    """Reads until `initialize` has come, and answers it.

    Raises `ClientLeft` if the client sends `exit` or closes its end before.
    """
    parser = FrameParser()
    while data := await reader.read():
        for frame in parser.feed(data):
            reply, params = answer_early(frame)
            if reply is not None:
                writer.write(encode(reply))
            if reply is not None and params is not None:
                return EarlyClient(params, ResumedReader(parser.take_rest(), reader))
    raise ClientLeft
