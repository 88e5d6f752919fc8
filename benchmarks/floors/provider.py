"""A loopback model vendor that is not the bottleneck: prepared bytes, many tokens a write.

Prints its port, then serves `POST /v1/chat/completions` until it is killed. The model's name says
what to send: `flood-2000` is 2,000 tokens at full rate, `pace-100-300` is 300 tokens at 100 a
second, and `clock-100-300` the same with the time at which each was sent, in nanoseconds of the
monotonic clock. Connections are kept alive; each token is an HTTP chunk of its own, as vendors
send them. Asked for a flood as Gemini is (`…/models/flood-2000:streamGenerateContent`), it answers
as Gemini.
"""

from __future__ import annotations

import asyncio
import functools
import json
import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
    b"Cache-Control: no-cache\r\n\r\n"
)
_MODELS = b'{"object":"list","data":[]}'
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_MODEL = re.compile(rb'"model": *"(flood|pace|clock)-(\d+)(?:-(\d+))?"')
_GEMINI = re.compile(rb"^POST [^ ]*/models/flood-(\d+):streamGenerateContent")


def _chunk(delta: dict[str, str], reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    event = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "loopback",
        "choices": [choice],
    }
    return _framed(b"data: " + json.dumps(event, separators=(",", ":")).encode() + b"\n\n")


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


_FIRST = _chunk({"role": "assistant", "content": ""})
_TOKEN = _chunk({"content": " word"})
_END = _chunk({}, "stop") + _framed(b"data: [DONE]\n\n") + b"0\r\n\r\n"


def _word_token() -> bytes:
    return _TOKEN


def _clock_token() -> bytes:
    return _chunk({"content": f" {time.perf_counter_ns()}"})


def _part(text: str, **last: object) -> bytes:
    candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0, **last}
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}
    event = {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": "loopback",
        "responseId": "1",
    }
    return _framed(b"data: " + json.dumps(event, separators=(",", ":")).encode() + b"\r\n\r\n")


@functools.cache
def _gemini_flood(tokens: int) -> bytes:
    return _HEAD + _part(" word") * tokens + _part("", finishReason="STOP") + b"0\r\n\r\n"


@functools.cache
def _flood(tokens: int) -> bytes:
    return _HEAD + _FIRST + _TOKEN * tokens + _END


class Vendor(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self) -> None:
        self._buffer = b""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        length = _LENGTH.search(self._buffer, 0, head_end)
        size = head_end + 4 + (int(length[1]) if length else 0)
        if len(self._buffer) < size:
            return
        request, self._buffer = self._buffer[:size], self._buffer[size:]
        self._answer(request)

    def _answer(self, request: bytes) -> None:
        assert self._transport is not None
        if gemini := _GEMINI.search(request):
            self._transport.write(_gemini_flood(int(gemini[1])))
            return
        model = _MODEL.search(request)
        if model is None:
            head = (
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            )
            self._transport.write(head % len(_MODELS) + _MODELS)
        elif model[1] == b"flood":
            self._transport.write(_flood(int(model[2])))
        else:
            make = _clock_token if model[1] == b"clock" else _word_token
            self._transport.write(_HEAD + _FIRST + make())
            period = 1 / int(model[2])
            self._tick(make, self._loop.time() + period, period, int(model[3]) - 1)

    def _tick(self, make: Callable[[], bytes], due: float, period: float, left: int) -> None:
        assert self._transport is not None
        if self._loop.time() >= due and left:
            self._transport.write(make())
            due, left = due + period, left - 1
        if left:
            self._timer = self._loop.call_at(due, self._tick, make, due, period, left)
        else:
            self._transport.write(_END)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Vendor, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(_serve())
