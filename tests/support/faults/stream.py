"""One answer of the fault server, written by hand so that it can be written wrongly."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.faults.dialects import Dialect

GOOD = "Hello wörld€😀"
PROMPT_TOKENS, CACHED_TOKENS, REASONING_TOKENS = 11, 3, 2


@dataclass
class Record:
    """What the journal keeps of one request."""

    number: int
    connection: int
    port: str
    """`plain`, `tls` or `sink`."""
    path: str
    model: str
    tag: str
    headers: dict[str, str]
    body: Any
    opened: float = field(default_factory=time.monotonic)
    closed: float | None = None
    """When the answer ended or its connection was lost."""
    ended_by: str | None = None
    """`server`, or `client` where the connection was lost before the answer was over."""
    status: int | None = None
    tokens: int = 0
    """Text deltas that were sent."""
    held: bool = False
    """Waits at its gate for `/_release`."""
    text: str = ""
    """The text that was sent, as far as it is below a megabyte."""

    def to_json(self) -> dict[str, Any]:
        """The record as the journal shows it."""
        return asdict(self)


def chunk(text: str | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A chunk of a completion in OpenAI's shape."""
    delta: dict[str, Any] = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "choices": [choice], **more}


def usage(completion: int) -> dict[str, Any]:
    """A usage object whose classes overlap as OpenAI's do."""
    return {
        "prompt_tokens": PROMPT_TOKENS,
        "completion_tokens": completion + REASONING_TOKENS,
        "total_tokens": PROMPT_TOKENS + completion + REASONING_TOKENS,
        "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
        "completion_tokens_details": {"reasoning_tokens": REASONING_TOKENS},
    }


def framed(data: bytes) -> bytes:
    """One chunk of a chunked body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def event(value: Any) -> bytes:
    """One server-sent event with JSON data."""
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


class Stream:
    """The answer to one request: what a scenario writes to."""

    def __init__(
        self, transport: asyncio.Transport, record: Record, sink: str, dialect: Dialect
    ) -> None:
        self.transport = transport
        self.record = record
        self.dialect = dialect
        self.sink_origin = sink
        """Where a redirect to another origin leads."""
        self.writable = asyncio.Event()
        self.writable.set()
        self.released = asyncio.Event()
        self.keep_alive = True

    @property
    def text(self) -> str:
        """The good text; with a tag in the prompt it says whose answer it is."""
        record = self.record
        return f"[{record.tag} {record.model} {record.number}] {GOOD}" if record.tag else GOOD

    async def raw(self, data: bytes) -> None:
        """Bytes on the socket, as they are, when it has room."""
        await self.writable.wait()
        self.transport.write(data)

    async def head(
        self, status: int = 200, kind: str = "text/event-stream", **headers: str
    ) -> None:
        """Status and headers of a chunked body."""
        self.record.status = status
        lines = [f"HTTP/1.1 {status} Status", f"Content-Type: {kind}", "Transfer-Encoding: chunked"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.raw("\r\n".join([*lines, "", ""]).encode())

    async def answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        """A whole answer that is no stream."""
        self.record.status = status
        lines = [
            f"HTTP/1.1 {status} Status",
            f"Content-Type: {kind}",
            f"Content-Length: {len(body)}",
        ]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.raw("\r\n".join([*lines, "", ""]).encode() + body)

    async def data(self, data: bytes) -> None:
        """Bytes of a chunked body."""
        await self.raw(framed(data))

    async def send(self, value: Any) -> None:
        """One event."""
        await self.data(event(value))

    async def say(self, *texts: str) -> None:
        """Text deltas, an event each."""
        for text in texts:
            self.record.tokens += 1
            if len(self.record.text) < 1_000_000:
                self.record.text += text
            await self.send(self.dialect.text(text))

    async def finish(self, reason: str | None = "stop", *, with_usage: bool = True) -> None:
        """The ordinary end of an answer, in one write."""
        tokens = self.record.tokens if with_usage else None
        parts = [event(value) for value in self.dialect.ends(reason, tokens)]
        if self.dialect.done:
            parts.append(self.dialect.done)
        await self.raw(b"".join(map(framed, parts)) + b"0\r\n\r\n")

    async def hang(self) -> None:
        """Nothing more, until the other side leaves."""
        self.keep_alive = False
        await asyncio.Event().wait()

    async def gate(self) -> None:
        """Waits for `/_release`."""
        self.record.held = True
        await self.released.wait()
        self.record.held = False

    def cut(self) -> None:
        """Closes the connection in an orderly way, wherever the answer is."""
        self.keep_alive = False
        self.transport.close()

    def reset(self) -> None:
        """Breaks the connection: the other side gets a reset."""
        self.keep_alive = False
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()
