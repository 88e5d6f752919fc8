"""Streams whose history is in PostgreSQL, beside the same server with SQLite, and a first token."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness.bench import broadcast
from benchmarks.harness.report import TIMES, Row, Table
from benchmarks.harness.sampling import interleaved, median
from benchmarks.history.postgresql.cluster import LASTING, database_cpu_s, own_postgresql
from benchmarks.server.throughput import our_pass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.harness.bench import Bench
    from benchmarks.harness.peer import Peer

_STREAMS: Final = 64
_TOKENS: Final = 2000
_FIRST: Final = "pace-200-3"
_ROUNDS: Final = 20
_GOAL: Final = 1.3
_NOTE: Final = (
    "CPU a token is that of the server's process; PostgreSQL's own, of all its processes, is a "
    "line of its own. SQLite's is a part of the server's."
)


@dataclass(frozen=True)
class Pass:
    """One pass: the seconds on a core of the server and of its database."""

    server: float
    database: float


def run(bench: Bench) -> Table:
    """The warm first token, and 64 answers of 2,000 tokens each."""
    with own_postgresql(LASTING) as cluster, ExitStack() as servers:
        locations = {
            "sqlite": f"sqlite:///{(bench.home / 'streams.db').as_posix()}",
            "ours": cluster.url(cluster.create()),
        }
        peers = {
            name: servers.enter_context(_at(bench, location).warm_server(_STREAMS))
            for name, location in locations.items()
        }
        rows = [_first_token(bench, peers), *_full_rate(bench, peers, cluster)]
    return Table("postgresql-streams", "Streams into PostgreSQL", rows, [_NOTE])


def _at(bench: Bench, location: str) -> Bench:
    return replace(bench, env={**bench.env, "ANTIPHON_HISTORY__URL": location})


def _first_token(bench: Bench, peers: Mapping[str, Peer]) -> Row:
    times = interleaved(
        {name: partial(_until_token, peer) for name, peer in peers.items()},
        bench.repetitions(5) * _ROUNDS,
    )
    middle = {name: 1000 * median(found) for name, found in times.items()}
    what = "a broadcast's first token, warm"
    return Row(what, middle["sqlite"], middle["ours"], "ms", "ours on SQLite")


def _until_token(server: Peer) -> float:
    began = time.perf_counter()
    request = broadcast(server, _FIRST, 1)
    took = server.until(b'"type":"token"') - began
    server.answer(request)
    return took


def _full_rate(bench: Bench, peers: Mapping[str, Peer], cluster: Any) -> list[Row]:
    found = interleaved(
        {name: partial(_pass, peer, cluster) for name, peer in peers.items()},
        bench.repetitions(7),
    )
    scale = 1e6 / (_STREAMS * _TOKENS)
    server = {name: scale * median([each.server for each in all_]) for name, all_ in found.items()}
    database = scale * median([each.database for each in found["ours"]])
    what = f"{_STREAMS} {TIMES} {_TOKENS:,}"
    return [
        Row(f"{what}: CPU a token", server["sqlite"], server["ours"], "µs", "ours on SQLite",
            _GOAL),
        Row(f"{what}: CPU a token of PostgreSQL's own", None, database, "µs"),
    ]  # fmt: skip


def _pass(peer: Peer, cluster: Any) -> Pass:
    before = database_cpu_s(cluster)
    done = our_pass(peer, f"flood-{_TOKENS}", _STREAMS)
    return Pass(done.cpu, database_cpu_s(cluster) - before)
