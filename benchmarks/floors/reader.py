"""Reads answers in one way, over and over: `reader.py WAY PORT`.

A way is `raw` or `raw-gemini` (a socket by asyncio, JSON by the standard library, the connection
kept), `ours-openai`, `ours-groq`, `ours-gemini` (the adapter alone), or `sdk-openai`, `sdk-groq`,
`sdk-gemini` (the vendor's SDK, used as its documentation shows). Prints one line of JSON: seconds
from the request to the first token, and CPU seconds a chunk.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    Ask = Callable[[str], AsyncIterator[str]]

_TOKENS = 5_000
_LONG_ROUNDS = 5
_SHORT_ROUNDS = 30


def raw(port: int, *, gemini: bool = False) -> Ask:
    """The least that reads such a stream."""
    kept: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    def text_of(chunk: Any) -> str:
        if gemini:
            return chunk["candidates"][0]["content"]["parts"][0]["text"]
        return chunk["choices"][0]["delta"].get("content") or ""

    async def ask(model: str) -> AsyncIterator[str]:
        if not kept:
            kept.append(await asyncio.open_connection("127.0.0.1", port))
        reader, writer = kept[0]
        turn: Any = {"messages": [{"role": "user", "content": "hello"}]}
        path = f"/v1beta/models/{model}:streamGenerateContent" if gemini else "/v1/chat/completions"
        body = json.dumps({"model": model, **turn, "stream": True}).encode()
        writer.write(
            b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n%b"
            % (path.encode(), len(body), body)
        )
        rest = b""
        while data := await reader.read(1 << 16):
            lines = (rest + data).split(b"\n")
            rest = lines.pop()
            for line in lines:
                if line.startswith(b"data: {") and (text := text_of(json.loads(line[6:]))):
                    yield text
            if data.endswith(b"0\r\n\r\n"):
                return

    return ask


def ours(kind: str, port: int) -> Ask:
    """The adapter, without the engine, the history and the editor."""
    from antiphon.engine.ports import ChatRequest, ChatTurn
    from antiphon.engine.ports.deltas import Text

    names = {"openai": "OpenAICompatible", "groq": "GroqProvider", "gemini": "GeminiProvider"}
    module = importlib.import_module(f"antiphon.providers.{kind}.adapter")
    address = f"http://127.0.0.1:{port}" + ("/v1" if kind == "openai" else "")
    adapter = getattr(module, names[kind])(kind, address, lambda: "benchmark")

    async def ask(model: str) -> AsyncIterator[str]:
        async for delta in adapter.stream(ChatRequest(model, [ChatTurn("user", "hello")], {})):
            if isinstance(delta, Text):
                yield delta.text

    return ask


def sdk(kind: str, port: int) -> Ask:
    """The vendor's SDK."""
    if kind == "gemini":
        return _google(port)
    vendor: Any = importlib.import_module(kind)  # `openai` is not of the project's environment
    make, path = {"openai": ("AsyncOpenAI", "/v1"), "groq": ("AsyncGroq", "")}[kind]
    address = f"http://127.0.0.1:{port}{path}"
    client = getattr(vendor, make)(base_url=address, api_key="benchmark", max_retries=0)

    async def ask(model: str) -> AsyncIterator[str]:
        stream = await client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "hello"}], stream=True
        )
        async for chunk in stream:
            if chunk.choices and (text := chunk.choices[0].delta.content):
                yield text

    return ask


def _google(port: int) -> Ask:
    from google import genai

    client: Any = genai.Client(
        api_key="benchmark", http_options={"base_url": f"http://127.0.0.1:{port}"}
    )

    async def ask(model: str) -> AsyncIterator[str]:
        models = client.aio.models
        async for chunk in await models.generate_content_stream(model=model, contents="hello"):
            if chunk.text:
                yield chunk.text

    return ask


async def main(way: str, port: int) -> None:
    what, _, kind = way.partition("-")
    ask = {
        "raw": lambda: raw(port, gemini=bool(kind)),
        "ours": lambda: ours(kind, port),
        "sdk": lambda: sdk(kind, port),
    }[what]()
    for _ in range(3):
        await _read(ask, "flood-20", 20)
    firsts = [(await _read(ask, "flood-20", 20))[0] for _ in range(_SHORT_ROUNDS)]
    cpu = [(await _read(ask, f"flood-{_TOKENS}", _TOKENS))[1] for _ in range(_LONG_ROUNDS)]
    found = {"first": statistics.median(firsts), "cpu": statistics.median(cpu) / _TOKENS}
    print(json.dumps(found))


async def _read(ask: Ask, model: str, tokens: int) -> tuple[float, float]:
    """Seconds to the first token, and on a core for the whole answer; raises where one is lost."""
    count, first = 0, 0.0
    began, cpu = time.perf_counter(), time.process_time()
    async for text in ask(model):
        first = first or time.perf_counter() - began
        count += text.count(" word")
    if count != tokens:
        raise RuntimeError(f"{count} of {tokens} tokens came")
    return first, time.process_time() - cpu


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
