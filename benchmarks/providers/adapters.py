"""What an adapter costs: CPU a chunk, time to the first token, stalls while its SDK is imported."""

from __future__ import annotations

import json
import subprocess
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.harness import foreign
from benchmarks.harness.peer import Peer
from benchmarks.harness.probing import Probe
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import interleaved, median

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.harness.bench import Bench

Figures = dict[str, float]
"""`cpu`: µs a chunk; `first`: ms from the request to the first token."""

_ADAPTERS: Final = {"openai": "raw", "groq": "raw", "gemini": "raw-gemini"}
"""Each with its floor. The fourth, litellm, has a benchmark of its own."""
_SDKS: Final = {"openai": "`openai` SDK", "groq": "`groq` SDK", "gemini": "`google-genai`"}
_CONFIG: Final = """\
[providers.loop]
baseUrl = "http://127.0.0.1:{port}/v1"
[providers.groq]
type = "groq"
baseUrl = "http://127.0.0.1:{port}"
apiKey = "benchmark"
[providers.gemini]
type = "gemini"
baseUrl = "http://127.0.0.1:{port}"
apiKey = "benchmark"
[log]
level = "warning"
"""
_PERIOD_S: Final = 0.002


def run(bench: Bench) -> Table:
    """Each adapter beside the raw reader and the vendor's SDK used bare, all in one run."""
    ways = [*dict.fromkeys(_ADAPTERS.values())]
    ways += [f"ours-{name}" for name in _ADAPTERS] + ["sdk-groq", "sdk-gemini"]
    cases: dict[str, Callable[[], Figures]] = {way: partial(_read, bench, way) for way in ways}
    python = foreign.python()
    if python is not None:
        cases["sdk-openai"] = partial(_read, bench, "sdk-openai", python)
    passes = interleaved(cases, bench.repetitions(3))
    middle = {
        way: {name: median([each[name] for each in found]) for name in ("cpu", "first")}
        for way, found in passes.items()
    }
    rows = [row for name in _ADAPTERS for row in _rows(name, middle)]
    rows += [_stall_row(bench, name) for name in ("groq", "gemini")]
    note = (
        "The adapter alone: no engine, history or editor. Chunks come at full rate: reading and "
        "decoding is all there is; the time to the first token is on a kept connection. The waits "
        "are of a request every 2 ms to a server that answers by that adapter for the first time. "
        "The adapter litellm is measured under 'litellm in a worker process'."
    )
    notes = [note] if python else [note, foreign.MISSING]
    return Table("adapters", "Adapters alone", rows, notes)


def _rows(name: str, found: dict[str, Figures]) -> list[Row]:
    ours, rows = found[f"ours-{name}"], list[Row]()
    floors = {"raw reader": _ADAPTERS[name], f"{_SDKS[name]}, bare": f"sdk-{name}"}
    for what, figure, unit in (("CPU a chunk", "cpu", "µs"), ("first token", "first", "ms")):
        for floor_name, way in floors.items():
            if way in found:
                floor = found[way][figure]
                rows.append(Row(f"{name}: {what}", floor, ours[figure], unit, floor_name))
    raw, sdk = found[_ADAPTERS[name]]["first"], found.get(f"sdk-{name}")
    added = None if sdk is None else sdk["first"] - raw
    label = f"{_SDKS[name]}, bare" if sdk else ""
    rows.append(Row(f"{name}: first token, added", added, ours["first"] - raw, "ms", label))
    return rows


def _read(bench: Bench, way: str, python: str | None = None) -> Figures:
    command = bench.floor("reader", way, str(bench.port))
    if python is not None:
        command[0] = python
    done = subprocess.run(command, env=bench.env, capture_output=True, check=True, timeout=120)
    found = json.loads(done.stdout.splitlines()[-1])
    return {"cpu": 1e6 * found["cpu"], "first": 1e3 * found["first"]}


def _stall_row(bench: Bench, name: str) -> Row:
    passes = [_stalled(bench, name) for _ in range(bench.repetitions(5))]
    quiet, loading = (1000 * median(waits) for waits in zip(*passes, strict=True))
    what = f"{name}: longest wait while its SDK is imported"
    return Row(what, quiet, loading, "ms", "an idle server", 10, "ours")


def _stalled(bench: Bench, name: str) -> tuple[float, float]:
    """The longest waits of an idle server, and of one that imports that adapter's SDK."""
    config = bench.home / "adapters.toml"
    config.write_text(_CONFIG.format(port=bench.port))
    with Peer([bench.antiphon, "serve"], {**bench.env, "ANTIPHON_CONFIG": str(config)}) as peer:
        peer.initialize()
        # What any first broadcast imports is the subject of `stalls`.
        peer.answer(_ask(peer, "loop"))
        waits: list[float] = []
        for importing in (False, True):
            probe = Probe(peer, lambda each: each.command("antiphon.health", {}), _PERIOD_S)
            if importing:
                probe.until(_ask(peer, name))
            else:
                probe.quiet(2.0)
            waits.append(max(probe.waits))
    return waits[0], waits[1]


def _ask(peer: Peer, provider: str) -> int:
    argument = {"prompt": "hello", "models": [f"{provider}/flood-20"], "streamToken": "stream"}
    return peer.command("antiphon.broadcast", argument)
