"""The least Python server that speaks JSON-RPC: asyncio and json, nothing else."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        message = json.loads(await reader.readexactly(length))
        if "id" in message:
            reply: dict[str, Any] = {
                "jsonrpc": "2.0",
                "id": message["id"],
                "result": {"capabilities": {}},
            }
            body = json.dumps(reply).encode()
            sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            sys.stdout.buffer.flush()


asyncio.run(_serve())
