"""The least that relays answers over a pipe: asyncio and json in, a JSON notification a token out.

Speaks just enough JSON-RPC to be driven like our server. `run` takes `{port, model, streams,
relay, keepAlive}`; with `relay` false the tokens are read and counted only. `ping` is answered.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

_READ_BYTES = 1 << 16
_idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []


def _send(message: dict[str, Any]) -> None:
    body = json.dumps(message).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    sys.stdout.buffer.flush()


def _token(pane: int, text: str) -> None:
    event = {"type": "token", "paneId": pane, "text": text}
    params = {"token": "stream", "value": {"events": [event]}}
    _send({"jsonrpc": "2.0", "method": "$/progress", "params": params})


async def _stream(pane: int, order: dict[str, Any]) -> int:
    if order["keepAlive"] and _idle:
        reader, writer = _idle.pop()
    else:
        reader, writer = await asyncio.open_connection("127.0.0.1", order["port"])
    messages = [{"role": "user", "content": "hello"}]
    body = json.dumps({"model": order["model"], "messages": messages, "stream": True}).encode()
    writer.write(
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    )
    count = await _read(pane, reader, relay=order["relay"])
    if order["keepAlive"]:
        _idle.append((reader, writer))
    else:
        writer.close()
    return count


async def _read(pane: int, reader: asyncio.StreamReader, *, relay: bool) -> int:
    """Splits lines out of large reads: faster than `readline`, and blind to HTTP's chunks."""
    count, rest = 0, b""
    while data := await reader.read(_READ_BYTES):
        lines = (rest + data).split(b"\n")
        rest = lines.pop()
        for line in lines:
            if line.startswith(b"data: {"):
                text = json.loads(line[6:])["choices"][0]["delta"].get("content")
                if text:
                    count += 1
                    if relay:
                        _token(pane, text)
        if data.endswith(b"0\r\n\r\n"):
            break
    return count


async def _run(request_id: int, order: dict[str, Any]) -> None:
    async with asyncio.TaskGroup() as tasks:
        streams = [tasks.create_task(_stream(pane, order)) for pane in range(order["streams"])]
    result = {"tokens": sum(stream.result() for stream in streams)}
    _send({"jsonrpc": "2.0", "id": request_id, "result": result})


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    async with asyncio.TaskGroup() as tasks:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
            message = json.loads(await reader.readexactly(length))
            if message["method"] == "run":
                tasks.create_task(_run(message["id"], message["params"]))
            elif "id" in message:
                _send({"jsonrpc": "2.0", "id": message["id"], "result": {}})


asyncio.run(_serve())
