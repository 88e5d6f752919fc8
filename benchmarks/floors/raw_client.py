"""The least that streams an answer to stdout: a socket by asyncio, JSON by the standard library.

Arguments: port, model.
"""

from __future__ import annotations

import asyncio
import json
import sys


async def _main(port: int, model: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    body = json.dumps(
        {"model": model, "messages": [{"role": "user", "content": "hello"}], "stream": True}
    ).encode()
    writer.write(
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    )
    while line := await reader.readline():
        if line.startswith(b"data: [DONE]"):
            break
        if line.startswith(b"data: "):
            for choice in json.loads(line[6:])["choices"]:
                sys.stdout.write(choice["delta"].get("content") or "")
                sys.stdout.flush()
    writer.close()


asyncio.run(_main(int(sys.argv[1]), sys.argv[2]))
