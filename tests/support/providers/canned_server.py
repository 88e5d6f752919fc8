"""A server on loopback that gives every request the same answer, and keeps the requests."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass
class Canned:
    """What is answered, and what was asked."""

    origin: str = ""
    asked: list[str] = field(default_factory=list[str])
    """The head of every request."""


@asynccontextmanager
async def canned(
    body: bytes,
    kind: str = "text/event-stream",
    *,
    status: int = 200,
    piece: int = 0,
    head: str = "",
) -> AsyncIterator[Canned]:
    """Answers with `body` under the content type `kind`, in pieces of `piece` bytes if given.

    `head` is further header lines, each with its line end.
    """
    server = Canned()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            asked = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            server.asked.append(asked)
            lower = asked.lower()
            if "content-length:" in lower:
                length = lower.partition("content-length:")[2].partition("\r\n")[0]
                await reader.readexactly(int(length))
            named = f"Content-Type: {kind}\r\n" if kind else ""
            first = f"HTTP/1.1 {status} Status\r\n{named}{head}Connection: close\r\n\r\n"
            writer.write(first.encode())
            for start in range(0, len(body), piece or len(body) or 1):
                writer.write(body[start : start + (piece or len(body))])
                await writer.drain()
                await asyncio.sleep(0)
        except (ConnectionError, asyncio.IncompleteReadError):
            server.asked.append("left before its end")
        finally:
            writer.close()
            tasks.discard(task)

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    server.origin = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        for task in tasks:
            task.cancel()


def event(value: Any) -> bytes:
    """One event with JSON data."""
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"
