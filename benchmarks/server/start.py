"""From the spawn to the first answers, and the memory of a server that has nothing to do."""

from __future__ import annotations

import subprocess
import time
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.harness.peer import Peer
from benchmarks.harness.proc import cpu_s, rss_mb
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import interleaved, median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.harness.bench import Bench

_IDLE_S = 2.0
_NOTE = (
    f"Idle: {_IDLE_S:g} s after `initialized`. The HTTP client is loaded by then, pygls not, "
    "because this client declares no language feature; for an editor it is, and takes some 29 MB."
)


def run(bench: Bench) -> Table:
    """Spawns each server anew for every figure."""
    commands = {
        "minimal": bench.floor("minimal_server"),
        "pygls": bench.floor("pygls_server"),
        "ours": [bench.antiphon, "serve"],
    }
    spawned = {name: partial(_initialize, bench, command) for name, command in commands.items()}
    spawned["first command"] = partial(_first_command, bench)
    spawned["types"] = partial(_import, bench, bench.floor("lsprotocol_types"))
    times = interleaved(spawned, bench.repetitions(11))
    idle = interleaved(
        {name: partial(_idle, bench, commands[name]) for name in ("pygls", "ours")},
        bench.repetitions(3),
    )
    middle = {name: 1000 * median([wall for wall, _ in results]) for name, results in times.items()}
    cpu = {name: 1000 * median([used for _, used in results]) for name, results in times.items()}
    memory = {name: median(results) for name, results in idle.items()}
    spawn, first = "spawn → `initialize` answered", "spawn → first command answered"
    return Table(
        "start",
        "Start",
        [
            Row(spawn, middle["minimal"], middle["ours"], "ms", "asyncio + json", 1.5),
            Row(spawn, middle["pygls"], middle["ours"], "ms", "bare pygls"),
            Row(spawn, middle["types"], middle["ours"], "ms", "`import lsprotocol.types` alone"),
            Row(first, middle["pygls"], middle["first command"], "ms", "pygls: `initialize`", 0.75),
            Row(f"{first}, CPU", cpu["pygls"], cpu["first command"], "ms", "pygls: `initialize`"),
            Row("memory, idle", memory["pygls"], memory["ours"], "MB", "bare pygls", 1.6),
        ],
        [_NOTE],
    )


def _initialize(bench: Bench, command: Sequence[str]) -> tuple[float, float]:
    with Peer(command, bench.env) as peer:
        return peer.initialize(), cpu_s(peer.pid)


def _first_command(bench: Bench) -> tuple[float, float]:
    with bench.server() as peer:
        peer.initialize()
        peer.health()
        return time.perf_counter() - peer.started, cpu_s(peer.pid)


def _import(bench: Bench, command: Sequence[str]) -> tuple[float, float]:
    """Seconds from the spawn to the byte that a program writes when its imports are done."""
    started = time.perf_counter()
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=bench.env) as process:
        assert process.stdout is not None
        if not process.stdout.read(1):
            raise ConnectionError(f"the program ended with {process.wait()}")
        return time.perf_counter() - started, cpu_s(process.pid)


def _idle(bench: Bench, command: Sequence[str]) -> float:
    with Peer(command, bench.env) as peer:
        peer.initialize()
        time.sleep(_IDLE_S)
        return rss_mb(peer.pid)
