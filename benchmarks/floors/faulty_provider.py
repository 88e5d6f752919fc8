"""A loopback model vendor of which every twentieth answer goes wrong, in one of four ways.

Prints its port, then answers `POST /v1/chat/completions` until it is killed. `pace-20-100` is 100
numbered tokens at 20 a second. The faults are a refusal with 429, one with 500, a stream that is
cut in the middle, and one that is silent for two seconds first.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re

_MODEL = re.compile(rb'"model": *"pace-(\d+)-(\d+)"')
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
_REFUSALS = {
    "429": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\n",
    "500": b"HTTP/1.1 500 Internal Server Error\r\n",
}
_FAULTS = ("429", "cut", "500", "stall")
_EVERY = 20
_numbers = itertools.count(1)


def _event(value: object) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"


def _chunk(text: str, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    return _event({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await reader.readexactly(int(length[1]) if length else 0)
        model = _MODEL.search(body)
        if model is None:
            listed = b'{"object": "list", "data": []}'
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
            writer.write(b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(listed) + listed)
        else:
            await _stream(writer, int(model[1]), int(model[2]))
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _stream(writer: asyncio.StreamWriter, per_second: int, tokens: int) -> None:
    number = next(_numbers)
    fault = "" if number % _EVERY else _FAULTS[number // _EVERY % len(_FAULTS)]
    if fault in _REFUSALS:
        writer.write(_REFUSALS[fault] + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}")
        return
    writer.write(_HEAD)
    loop = asyncio.get_running_loop()
    begin = loop.time() + (2 if fault == "stall" else 0)
    for index in range(tokens):
        await asyncio.sleep(max(0.0, begin + index / per_second - loop.time()))
        if fault == "cut" and index == tokens // 2:
            return
        writer.write(_chunk(f"{number}.{index} "))
        await writer.drain()
    usage = {"prompt_tokens": 10, "completion_tokens": tokens, "total_tokens": tokens + 10}
    writer.write(_chunk("", "stop") + _event({"id": "1", "choices": [], "usage": usage}))
    writer.write(b"data: [DONE]\n\n")


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0, backlog=256)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(_serve())
