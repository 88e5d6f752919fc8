"""What figures and traces cost a stream: the same server with them and without, pass by pass."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.harness.report import TIMES, Row, Table
from benchmarks.harness.sampling import interleaved, median
from benchmarks.server.throughput import our_pass

if TYPE_CHECKING:
    from benchmarks.harness.bench import Bench

_STREAMS: Final = 8
_TOKENS: Final = 2000
_NOWHERE: Final = "http://127.0.0.1:9"
_GOAL: Final = 1.02


def run(bench: Bench) -> Table:
    """Eight answers of 2,000 tokens each: CPU a token, by the clock of the process."""
    settings: dict[str, dict[str, str]] = {
        "off": {},
        "metrics": {"ANTIPHON_METRICS__TEXTFILE": str(bench.home / "figures.prom")},
        "traces": {
            "ANTIPHON_TELEMETRY__ENABLED": "true",
            "OTEL_EXPORTER_OTLP_ENDPOINT": _NOWHERE,
        },
    }
    model = f"flood-{_TOKENS}"
    with ExitStack() as servers:
        peers = {
            name: servers.enter_context(
                replace(bench, env=bench.env | _own_history(bench, name) | more).warm_server(
                    _STREAMS
                )
            )
            for name, more in settings.items()
        }
        passes = interleaved(
            {name: partial(our_pass, peer, model, _STREAMS) for name, peer in peers.items()},
            bench.repetitions(15),
        )
    cpu = {
        name: 1e6 / (_STREAMS * _TOKENS) * median([each.cpu for each in found])
        for name, found in passes.items()
    }
    what = f"{_STREAMS} {TIMES} {_TOKENS:,}: CPU a token"
    rows = [
        Row(f"{what}, metrics on", cpu["off"], cpu["metrics"], "µs", "all of it off", _GOAL),
        Row(f"{what}, traces on", cpu["off"], cpu["traces"], "µs", "all of it off", _GOAL),
    ]
    notes = ["The traces go to a collector that does not answer, which is the dearest case."]
    return Table("observing", "Metrics and traces", rows, notes)


def _own_history(bench: Bench, name: str) -> dict[str, str]:
    path = bench.home / f"observing-{name}.db"
    return {"ANTIPHON_HISTORY__URL": f"sqlite:///{path.as_posix()}"}
