"""Answers at a person's pace and in a flood, and what else an editor asks meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.harness.bench import broadcast
from benchmarks.harness.probing import Probe
from benchmarks.harness.proc import cpu_s
from benchmarks.harness.report import TIMES, Row, Table
from benchmarks.harness.sampling import interleaved, median, percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.harness.bench import Bench
    from benchmarks.harness.peer import Peer

_SECONDS: Final = 3
_PACE: Final = 100
_FLOOD: Final = 10_000
_FLOODS: Final = 20
_MODEL: Final = f"pace-{_PACE}-{_SECONDS * _PACE}"
_IDEAL_S: Final = _SECONDS - 1 / _PACE
"""The first token comes at once."""
_BUSY_S: Final = 0.01
_NOTES: Final = (
    (
        "A request is `antiphon.health`, every 5 ms (slow editor: every 100 ms). The floor's go to "
        "the raw relay under the same load, where every token is a message of its own."
    ),
    (
        f"The slow editor takes {1000 * _BUSY_S:g} ms over every message that it reads; the "
        "resting one reads nothing at all for a second."
    ),
)


@dataclass(frozen=True, slots=True)
class Pass:
    """One run with requests beside it."""

    wall: float
    cpu: float
    waits: Sequence[float]


def run(bench: Bench) -> Table:
    """64 live streams, a flood of 8, and 8 live streams for an editor that is slow."""
    return Table(
        "live",
        "Live streams, and requests meanwhile",
        [*_at_pace(bench), *_in_a_flood(bench), *_slow_editor(bench)],
        _NOTES,
    )


def _at_pace(bench: Bench) -> list[Row]:
    with bench.relay() as relay, bench.warm_server(64) as server:
        passes = interleaved(
            {
                "relay": partial(_floor, bench, relay, _MODEL, 64),
                "ours": partial(_ours, server, _MODEL, 64),
            },
            bench.repetitions(5),
        )
    floor, ours = passes["relay"], passes["ours"]
    name = f"64 {TIMES} {_PACE} tokens/s"
    return [
        Row(f"{name}: wall", _IDEAL_S, _wall(ours), "s", "ideal", 1.02),
        Row(f"{name}: CPU", _core(floor), _core(ours), "% of a core", "raw relay", 50, "ours"),
        *_wait_rows(name, floor, ours, 5),
    ]


def _in_a_flood(bench: Bench) -> list[Row]:
    model = f"flood-{_FLOOD}"
    with bench.relay() as relay, bench.warm_server(8) as server:
        passes = interleaved(
            {
                "relay": partial(_floor, bench, relay, model, 8),
                "ours": partial(_ours, server, model, 8),
            },
            3 if bench.quick else _FLOODS,
        )
    return _wait_rows(f"flood, 8 {TIMES} {_FLOOD:,}", passes["relay"], passes["ours"], 10)


def _slow_editor(bench: Bench) -> list[Row]:
    with bench.relay() as relay:
        floor = _floor(bench, relay, _MODEL, 8, cost_s=_BUSY_S)
    with bench.warm_server(8) as server:
        passes = interleaved(
            {
                "fast": partial(_ours, server, _MODEL, 8),
                "slow": partial(_ours, server, _MODEL, 8, cost_s=_BUSY_S, period_s=0.1),
                "rest": partial(_resting, server),
            },
            bench.repetitions(3),
        )
    fast = _wall(passes["fast"])
    name = f"slow editor, 8 {TIMES} {_PACE} tokens/s"
    waits = _joined(passes["slow"])
    return [
        Row(f"{name}: wall", fast, _wall(passes["slow"]), "s", "a fast editor", 1.05),
        Row(f"{name}: wall", floor.wall, _wall(passes["slow"]), "s", "raw relay"),
        Row(f"{name}: request p99", None, 1000 * percentile(waits, 0.99), "ms", "", 25, "ours"),
        Row("an editor that rests for 1 s: wall", fast, _wall(passes["rest"]), "s", "", 1.05),
    ]


def _wait_rows(name: str, floor: Sequence[Pass], ours: Sequence[Pass], goal: float) -> list[Row]:
    return [
        Row(
            f"{name}: request p50",
            1000 * _wait(floor, 0.5),
            1000 * _wait(ours, 0.5),
            "ms",
            "raw relay",
        ),
        Row(
            f"{name}: request p99",
            1000 * _wait(floor, 0.99),
            1000 * _wait(ours, 0.99),
            "ms",
            "raw relay",
            goal,
            "ours",
        ),
    ]


def _ours(
    peer: Peer, model: str, streams: int, *, cost_s: float = 0.0, period_s: float = 0.005
) -> Pass:
    probe = Probe(peer, lambda each: each.command("antiphon.health", {}), period_s, cost_s)
    began, cpu = time.perf_counter(), cpu_s(peer.pid)
    probe.until(broadcast(peer, model, streams))
    return Pass(time.perf_counter() - began, cpu_s(peer.pid) - cpu, probe.waits)


def _floor(bench: Bench, peer: Peer, model: str, streams: int, *, cost_s: float = 0.0) -> Pass:
    period_s = 0.1 if cost_s else 0.005
    probe = Probe(peer, lambda each: each.send("ping", {}), period_s, cost_s)
    began, cpu = time.perf_counter(), cpu_s(peer.pid)
    probe.until(peer.send("run", bench.order(model, streams)))
    return Pass(time.perf_counter() - began, cpu_s(peer.pid) - cpu, probe.waits)


def _resting(peer: Peer) -> Pass:
    began, cpu = time.perf_counter(), cpu_s(peer.pid)
    request = broadcast(peer, _MODEL, 8)
    peer.until(b'"type":"token"')
    time.sleep(1)
    peer.answer(request)
    return Pass(time.perf_counter() - began, cpu_s(peer.pid) - cpu, ())


def _wall(passes: Sequence[Pass]) -> float:
    return median([each.wall for each in passes])


def _core(passes: Sequence[Pass]) -> float:
    return 100 * median([each.cpu / each.wall for each in passes])


def _wait(passes: Sequence[Pass], share: float) -> float:
    """The middle one of the passes' percentiles; of all together where each has too few for it."""
    if min(len(each.waits) for each in passes) * (1 - share) >= 1:
        return median([percentile(each.waits, share) for each in passes])
    return percentile(_joined(passes), share)


def _joined(passes: Sequence[Pass]) -> list[float]:
    return [wait for each in passes for wait in each.waits]
