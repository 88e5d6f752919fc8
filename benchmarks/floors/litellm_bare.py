"""litellm as a script would use it: `litellm_bare.py PORT MODEL ROUNDS`.

Prints one line of JSON: when the first token of the first answer came, by the system's monotonic
clock; then for each further answer its seconds to the first token and its CPU seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import litellm as untyped

litellm: Any = untyped


async def answer(port: str, model: str) -> float:
    """When the first token of an answer came; reads the rest."""
    first = 0.0
    stream = await litellm.acompletion(
        f"openai/{model}",
        [{"role": "user", "content": "hello"}],
        api_base=f"http://127.0.0.1:{port}/v1",
        api_key="benchmark",
        stream=True,
    )
    async for chunk in stream:
        if not first and chunk.choices[0].delta.content:
            first = time.perf_counter()
    return first


async def main(port: str, model: str, rounds: str) -> None:
    first = await answer(port, model)
    warm: list[tuple[float, float]] = []
    for _ in range(int(rounds)):
        began, cpu = time.perf_counter(), time.process_time()
        came = await answer(port, model)
        warm.append((came - began, time.process_time() - cpu))
    print(json.dumps({"first": first, "warm": warm}))


asyncio.run(main(*sys.argv[1:4]))
