"""Pipelines: 50 steps beside the same calls, a library of 1,000, a replay of 1,000 answers."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from antiphon.engine.ports import ChatRequest, ChatTurn
from antiphon.engine.ports.cassettes import Recording, current_cassette
from antiphon.providers.cassettes.folder import CassetteFolder
from antiphon.providers.openai.adapter import OpenAICompatible
from antiphon_client import AntiphonClient
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import median

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.harness.bench import Bench

_STEPS: Final = 50
_LIBRARY: Final = 1_000
_ANSWERS: Final = 1_000
_QUICK: Final = {"tokensPerSecond": 0, "tokens": 40}
_CHUNK: Final = b'data: {"choices":[{"delta":{"content":"some words of it "}}]}\n\n'
_END: Final = b'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
_NOTE: Final = (
    "The steps are a broadcast and 49 prompts that go on in its pane, one after the other, with "
    "the demo's fastest model. The library is listed with every pipeline's inputs and steps; its "
    "floor reads the same rows and texts. An answer of the replay is 2 kB of events, decoded to "
    "deltas."
)


def run(bench: Bench) -> Table:
    """Measures the three, each beside its floor."""
    direct, pipeline, listed, read = asyncio.run(_with_server(bench))
    replayed, files = asyncio.run(_replay(bench))
    rows = [
        Row("50 steps", direct, pipeline, "ms", "the same calls", 1.1),
        Row("a library of 1,000", read, listed, "ms", "sqlite3 alone", 50.0, "ours"),
        Row("a replay of 1,000 answers", files, replayed, "ms", "reading its files"),
    ]
    return Table("pipelines", "Pipelines", rows, [_NOTE])


async def _with_server(bench: Bench) -> tuple[float, float, float, float]:
    command = [bench.antiphon, "serve"]
    async with AntiphonClient.start(command=command, env=bench.env, cwd=bench.home) as client:
        await _direct(client)
        direct: list[float] = []
        pipeline: list[float] = []
        for _ in range(bench.repetitions(7)):
            direct.append(await _timed(lambda: _direct(client)))
            pipeline.append(await _timed(lambda: _pipeline(client)))
        for number in range(_LIBRARY):
            text = _text(f"pipeline {number}", 4)
            await client.command("antiphon.pipeline.save", {"pipeline": text})
        listed = [
            await _timed(lambda: client.command("antiphon.pipeline.list", {}))
            for _ in range(bench.repetitions(9))
        ]
    read = [_read_rows(bench.home / "history.db") for _ in range(bench.repetitions(9))]
    return median(direct), median(pipeline), median(listed), median(read)


async def _timed(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


async def _direct(client: AntiphonClient) -> None:
    first = {"prompt": "Well?", "models": ["demo/flood"], "params": _QUICK, "streamToken": "d"}
    result = await client.command("antiphon.broadcast", first)
    session_id, pane_id = result["sessionId"], result["panes"][0]["id"]
    for _ in range(_STEPS - 1):
        more = {"prompt": "On.", "paneIds": [pane_id], "sessionId": session_id, "streamToken": "d"}
        await client.command("antiphon.broadcast", more)


async def _pipeline(client: AntiphonClient) -> None:
    argument = {"pipeline": _text("fifty", _STEPS), "streamToken": "p"}
    result = await client.command("antiphon.pipeline.run", argument)
    assert result["status"] == "complete", result["status"]


def _text(name: str, steps: int) -> str:
    params = "{tokensPerSecond: 0, tokens: 40}"
    lines = [
        f"antiphon: pipeline/v1\nname: {name}\nsteps:",
        f"  - {{id: s0, type: broadcast, models: [demo/flood], prompt: Well?, params: {params}}}",
        *(
            f"  - {{id: s{number}, type: ask, panes: s{number - 1}, prompt: On.}}"
            for number in range(1, steps)
        ),
    ]
    return "\n".join(lines) + "\n"


def _read_rows(database: Path) -> float:
    with closing(sqlite3.connect(database)) as connection:
        began = time.perf_counter()
        connection.execute("SELECT * FROM pipelines ORDER BY name").fetchall()
        return (time.perf_counter() - began) * 1000


async def _replay(bench: Bench) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(dir=bench.home) as name:
        folder = Path(name).resolve()
        requests = [
            ChatRequest("m", [ChatTurn("user", f"Question {number}?")])
            for number in range(_ANSWERS)
        ]
        provider = OpenAICompatible("taped", "http://127.0.0.1:9/v1")
        await _record(folder, provider, requests)
        times = bench.repetitions(5)
        replayed = [
            await _timed(lambda: _ask_all(folder, provider, requests)) for _ in range(times)
        ]
        files = [_read_files(folder) for _ in range(times)]
        await provider.aclose()
    return median(replayed), median(files)


class _Writing(CassetteFolder):
    """A cassette that answers a request that it does not have, and keeps that answer."""

    async def take(self, key: str) -> Recording | None:
        recording = Recording(200, _CHUNK * 32 + _END, {"content-type": "text/event-stream"})
        self.keep(key, recording)
        return recording


async def _record(folder: Path, provider: OpenAICompatible, requests: list[ChatRequest]) -> None:
    cassette = _Writing(folder, is_replay=True, clean=str, describe=lambda _: None)
    await _ask(cassette, provider, requests)
    await cassette.flush([])


async def _ask_all(folder: Path, provider: OpenAICompatible, requests: list[ChatRequest]) -> None:
    cassette = CassetteFolder(folder, is_replay=True, clean=str, describe=lambda _: None)
    await _ask(cassette, provider, requests)


async def _ask(
    cassette: CassetteFolder, provider: OpenAICompatible, requests: list[ChatRequest]
) -> None:
    token = current_cassette.set(cassette)
    try:
        for request in requests:
            async for _ in provider.stream(request):
                pass
    finally:
        current_cassette.reset(token)


def _read_files(folder: Path) -> float:
    began = time.perf_counter()
    for path in folder.iterdir():
        path.read_bytes()
    return (time.perf_counter() - began) * 1000
