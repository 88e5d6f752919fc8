"""How long until the first token: from the start of a process, and with everything warm."""

from __future__ import annotations

import os
import select
import subprocess
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.harness import foreign
from benchmarks.harness.bench import broadcast
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import interleaved, median

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.harness.bench import Bench
    from benchmarks.harness.peer import Peer

_TOKEN: Final = b'"type":"token"'
_MODEL: Final = "pace-200-3"
"""The first token comes alone, the end a while after it."""
_WARM_ROUNDS: Final = 50


def run(bench: Bench) -> Table:
    """Cold through the terminal client, cold over the pipe, warm over the pipe."""
    cold, notes = _cold(bench)
    return Table("first-token", "First token", [*cold, *_warm(bench)], notes)


def _cold(bench: Bench) -> tuple[list[Row], list[str]]:
    raw = bench.floor("raw_client", str(bench.port), _MODEL)
    ask = [bench.antiphon, "ask", "hello", "-m", f"loop/{_MODEL}", "--json"]
    cases: dict[str, Callable[[], float]] = {
        "raw": partial(until_output, raw, bench.env, b"word"),
        "ask": partial(until_output, ask, bench.env, _TOKEN),
        "serve": partial(_served, bench),
    }
    other = foreign.llm(bench, _MODEL)
    if other is not None:
        cases["llm"] = partial(until_output, *other, b"word")
    times = interleaved(cases, bench.repetitions(9))
    middle = {name: 1000 * median(results) for name, results in times.items()}
    what = "process start → first token, `antiphon ask --json`"
    rows = [Row(what, middle["raw"], middle["ask"], "ms", "raw HTTP client", 7)]
    if other is not None:
        rows.append(Row(what, middle["llm"], middle["ask"], "ms", "`llm` CLI", 1 / 3))
    what = "process start → first token, `antiphon serve` driven over its pipe"
    rows.append(Row(what, middle["raw"], middle["serve"], "ms", "raw HTTP client"))
    return rows, [] if other is not None else [foreign.MISSING]


def until_output(command: Sequence[str], env: Mapping[str, str], marker: bytes) -> float:
    """Returns the seconds from the start of `command` to `marker` on its stdout."""
    began = time.perf_counter()
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=env,
    ) as process:
        assert process.stdout is not None
        pipe, seen = process.stdout.fileno(), b""
        while marker not in seen:
            if not select.select([pipe], [], [], 30)[0] or not (data := os.read(pipe, 65536)):
                process.kill()
                raise RuntimeError(f"{command[0]} showed no token: {seen!r}")
            seen += data
        took = time.perf_counter() - began
        while os.read(pipe, 65536):
            pass
    return took


def _served(bench: Bench) -> float:
    """The broadcast is sent as soon as `initialize` is answered."""
    with bench.server() as peer:
        peer.initialize()
        broadcast(peer, _MODEL, 1)
        return peer.until(_TOKEN) - peer.started


def _warm(bench: Bench) -> list[Row]:
    with bench.relay() as relay, bench.warm_server() as server:
        for _ in range(5):
            _relayed(bench, relay, keep_alive=True)
        times = interleaved(
            {
                "kept": partial(_relayed, bench, relay, keep_alive=True),
                "new": partial(_relayed, bench, relay, keep_alive=False),
                "ours": partial(_broadcast, server),
            },
            bench.repetitions(1) * _WARM_ROUNDS,
        )
    middle = {name: 1000 * median(results) for name, results in times.items()}
    what = "request → first token, warm"
    return [
        Row(what, middle["kept"], middle["ours"], "ms", "raw relay, connection kept", 1.05),
        Row(what, middle["new"], middle["ours"], "ms", "raw relay, new connection"),
    ]


def _relayed(bench: Bench, relay: Peer, *, keep_alive: bool) -> float:
    began = time.perf_counter()
    request = relay.send("run", bench.order(_MODEL, 1, keep_alive=keep_alive))
    took = relay.until(b'"token"') - began
    relay.answer(request)
    return took


def _broadcast(server: Peer) -> float:
    began = time.perf_counter()
    request = broadcast(server, _MODEL, 1)
    took = server.until(_TOKEN) - began
    server.answer(request)
    return took
