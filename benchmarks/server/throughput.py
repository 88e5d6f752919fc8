"""Answers at full rate: vendor → server → pipe, every token in the database before it is shown."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from benchmarks.harness import foreign
from benchmarks.harness.bench import broadcast
from benchmarks.harness.peer import Peer
from benchmarks.harness.proc import cpu_s
from benchmarks.harness.report import TIMES, Row, Table
from benchmarks.harness.sampling import interleaved, median
from benchmarks.server import ceiling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.harness.bench import Bench

_TOKENS = 2000


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: seconds by the clock, seconds on a core."""

    wall: float
    cpu: float


def run(bench: Bench) -> Table:
    """1, 8 and 64 answers of 2,000 tokens each, beside the raw relay and the raw reader."""
    rows: list[Row] = []
    for streams in (1, 8, 64):
        rows += _compare(bench, streams)
    ceiling_note = (
        f"The loopback vendor alone sends {ceiling.tokens_a_second(bench):,.0f} tokens a second "
        "to a reader that looks at nothing, over 8 connections."
    )
    notes = [ceiling_note]
    naive = foreign.python()
    if naive is None:
        notes.append(foreign.MISSING)
    else:
        rows.append(_against_naive(bench, naive))
    return Table("throughput", "Full rate", rows, notes)


def _compare(bench: Bench, streams: int) -> list[Row]:
    model = f"flood-{_TOKENS}"
    with bench.relay() as relay, bench.warm_server(streams) as server:
        passes = interleaved(
            {
                "read": partial(floor_pass, bench, relay, model, streams, relay_tokens=False),
                "relay": partial(floor_pass, bench, relay, model, streams),
                "ours": partial(our_pass, server, model, streams),
            },
            bench.repetitions(15 if streams == 1 else 7),
        )
    per_chunk = 1e6 / (streams * _TOKENS)
    name = f"{streams} {TIMES} {_TOKENS:,}"
    return [
        Row(
            f"{name}: wall",
            1000 * _wall(passes["relay"]),
            1000 * _wall(passes["ours"]),
            "ms",
            "raw relay",
        ),
        Row(
            f"{name}: CPU a token",
            per_chunk * _cpu(passes["relay"]),
            per_chunk * _cpu(passes["ours"]),
            "µs",
            "raw relay",
            1.2,
        ),
        Row(
            f"{name}: CPU a token",
            per_chunk * _cpu(passes["read"]),
            per_chunk * _cpu(passes["ours"]),
            "µs",
            "raw reader, no output",
        ),
    ]


def _against_naive(bench: Bench, python: str) -> Row:
    streams, model = 64, f"flood-{_TOKENS}"
    command = [python, bench.floor("naive_relay")[1]]
    with Peer(command, bench.env) as naive, bench.warm_server(streams) as server:
        naive.initialize()
        _naive_pass(bench, naive, "flood-20", 2)
        passes = interleaved(
            {
                "naive": partial(_naive_pass, bench, naive, model, streams),
                "ours": partial(our_pass, server, model, streams),
            },
            1 if bench.quick else 2,
        )
    return Row(
        f"{streams} {TIMES} {_TOKENS:,}: wall",
        _wall(passes["naive"]),
        _wall(passes["ours"]),
        "s",
        "`openai` SDK + pygls",
        goal=40,
        at_least=True,
    )


def _wall(passes: Sequence[Pass]) -> float:
    return median([each.wall for each in passes])


def _cpu(passes: Sequence[Pass]) -> float:
    return median([each.cpu for each in passes])


def floor_pass(
    bench: Bench, peer: Peer, model: str, streams: int, *, relay_tokens: bool = True
) -> Pass:
    """One pass of the raw relay; raises where a token is missing."""
    order = bench.order(model, streams, relay=relay_tokens)
    began, cpu = time.perf_counter(), cpu_s(peer.pid)
    result, bodies = peer.answer(peer.send("run", order))
    done = Pass(time.perf_counter() - began, cpu_s(peer.pid) - cpu)
    _check(result["tokens"], model, streams)
    if relay_tokens:
        _check(len(bodies), model, streams)
    return done


def our_pass(peer: Peer, model: str, streams: int) -> Pass:
    """One pass of our server; raises where an answer is not whole."""
    began, cpu = time.perf_counter(), cpu_s(peer.pid)
    result, bodies = peer.answer(broadcast(peer, model, streams))
    done = Pass(time.perf_counter() - began, cpu_s(peer.pid) - cpu)
    for each in result["results"]:
        if each["status"] != "complete":
            raise RuntimeError(f"the run ended {result['status']}: {each}")
    _check(sum(map(_tokens_in, bodies)), model, streams)
    return done


def _naive_pass(bench: Bench, peer: Peer, model: str, streams: int) -> Pass:
    began, cpu = time.perf_counter(), cpu_s(peer.pid)
    result, _ = peer.answer(peer.command("run", bench.order(model, streams)))
    done = Pass(time.perf_counter() - began, cpu_s(peer.pid) - cpu)
    _check(result["tokens"], model, streams)
    return done


def _tokens_in(body: bytes) -> int:
    """How many of the vendor's tokens one notification shows."""
    message: Any = msgspec.json.decode(body)
    if message["method"] != "$/progress":
        return 0
    events = message["params"]["value"]["events"]
    return sum(event["text"].count(" word") for event in events if event["type"] == "token")


def _check(found: int, model: str, streams: int) -> None:
    wanted = int(model.rsplit("-", 1)[1]) * streams
    if found != wanted:
        raise RuntimeError(f"{found} of {wanted} tokens came through")
