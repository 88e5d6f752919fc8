"""What one would write first: the `openai` SDK in, pygls out, a notification a token.

Runs in the environment that `benchmarks.harness.foreign` makes; driven like `raw_relay`.
"""

from __future__ import annotations

import asyncio
import importlib
from typing import Any

from pygls.lsp.server import LanguageServer

openai: Any = importlib.import_module("openai")  # not of the project's own environment
server = LanguageServer("naive", "1")


async def _stream(pane: int, client: Any, model: str) -> int:
    count = 0
    stream = await client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "hello"}], stream=True
    )
    async for chunk in stream:
        text = chunk.choices[0].delta.content if chunk.choices else None
        if text:
            count += 1
            event = {"type": "token", "paneId": pane, "text": text}
            params = {"token": "stream", "value": {"events": [event]}}
            server.protocol.notify("$/progress", params)
    return count


@server.command("run")
async def run(order: dict[str, Any]) -> dict[str, int]:
    """Asks the model as often as there are streams; how many tokens came."""
    address = f"http://127.0.0.1:{order['port']}/v1"
    client = openai.AsyncOpenAI(base_url=address, api_key="none", max_retries=0)
    streams = (_stream(pane, client, order["model"]) for pane in range(order["streams"]))
    return {"tokens": sum(await asyncio.gather(*streams))}


server.start_io()
