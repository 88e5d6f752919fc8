"""The longest time for which the server answers nobody because it is importing something."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from benchmarks.harness.bench import broadcast
from benchmarks.harness.probing import Probe
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import median

if TYPE_CHECKING:
    from benchmarks.harness.bench import Bench

_PERIOD_S: Final = 0.002
_OUTLINE: Final = {"textDocument": {"uri": "untitled:1"}}
_PHASES: Final = {
    "HTTP client, warmed up in the background": 2.0,
    "first broadcast": 0.5,
    "pygls, at the first language request": 1.5,
    "nothing": 2.0,
}


def run(bench: Bench) -> Table:
    """A request every 2 ms from the first answer on; the longest wait of each phase."""
    passes = [_once(bench) for _ in range(bench.repetitions(5))]
    longest = {name: median([1000 * each[name] for each in passes]) for name in _PHASES}
    quiet = longest.pop("nothing")
    rows = [
        Row(f"longest wait: {name}", quiet, wait, "ms", "an idle server", 10, "ours")
        for name, wait in longest.items()
    ]
    note = (
        "The median of the passes' longest waits. The floor is the same for the server when it "
        "does nothing else: what the machine adds. Where that is large, the row says nothing."
    )
    return Table("stalls", "Stalls by imports", rows, [note])


def _once(bench: Bench) -> dict[str, float]:
    with bench.server() as peer:
        peer.initialize()
        peer.health()
        longest: dict[str, float] = {}
        for name, seconds in _PHASES.items():
            if name == "first broadcast":
                broadcast(peer, "flood-20", 1)
            elif name.startswith("pygls"):
                peer.send("textDocument/documentSymbol", _OUTLINE)
            probe = Probe(peer, lambda each: each.command("antiphon.health", {}), _PERIOD_S)
            probe.quiet(seconds)
            longest[name] = max(probe.waits)
            time.sleep(0.1)
        return longest
