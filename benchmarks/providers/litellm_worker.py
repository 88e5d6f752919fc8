"""A vendor that only litellm reaches: how long its first answer takes, and whom that holds up."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from antiphon.providers.litellm.environment import QUIET
from benchmarks.harness import proc
from benchmarks.harness.peer import Peer
from benchmarks.harness.probing import Probe
from benchmarks.harness.report import Row, Table
from benchmarks.harness.sampling import median

if TYPE_CHECKING:
    from benchmarks.harness.bench import Bench

_CONFIG: Final = """\
[providers.lite]
type = "litellm"
baseUrl = "http://127.0.0.1:{port}/v1"
apiKey = "benchmark"
[providers.loop]
baseUrl = "http://127.0.0.1:{port}/v1"
[log]
level = "warning"
"""
_TOKEN: Final = b'"type":"token"'
_PERIOD_S: Final = 0.002
_TOKENS: Final = 2000
_WARM_ROUNDS: Final = 10


def run(bench: Bench) -> Table:
    """Cold and warm beside a script that imports litellm, and stalls while the worker loads."""
    env = _environment(bench)
    bare = [_bare(bench) for _ in range(bench.repetitions(3))]
    ours = [_served(bench, env) for _ in range(bench.repetitions(3))]
    stalls = [_stalled(bench, env) for _ in range(bench.repetitions(3))]
    middle = {name: median([each[name] for each in ours]) for name in ours[0]}
    floor = {name: median([each[name] for each in bare]) for name in bare[0]}
    cpu, warm = "CPU of server and worker together", "first token, warm"
    script = "a script with litellm"
    rows = [
        Row("first broadcast → first token, cold", floor["cold"], middle["cold"], "ms", script),
        Row(f"request → {warm}", floor["warm"], middle["warm"], "ms", script),
        Row(f"{cpu}, a chunk", floor["cpu"], middle["cpu"], "µs", script),
        Row(
            "longest wait while the worker loads litellm",
            1000 * median([beside for beside, _ in stalls]),
            1000 * median([loading for _, loading in stalls]),
            "ms",
            "beside a script that imports it",
            10,
            "ours",
        ),
    ]
    note = (
        "Cold is the first request of a started server to its first token: the worker's start, its "
        f"import of litellm, and the answer. A request is sent every {1000 * _PERIOD_S:g} ms "
        "meanwhile; the row with the goal is the longest wait of these. Its floor is the same for "
        "a server that does nothing while another process imports litellm: what two busy cores add."
    )
    return Table("litellm-worker", "litellm in a worker process", rows, [note])


def _environment(bench: Bench) -> dict[str, str]:
    config = bench.home / "litellm.toml"
    config.write_text(_CONFIG.format(port=bench.port))
    return {**bench.env, "ANTIPHON_CONFIG": str(config)}


def _ask(peer: Peer, model: str, provider: str = "lite/openai") -> int:
    argument = {"prompt": "hello", "models": [f"{provider}/{model}"], "streamToken": "stream"}
    return peer.command("antiphon.broadcast", argument)


def _served(bench: Bench, env: dict[str, str]) -> dict[str, float]:
    with Peer([bench.antiphon, "serve"], env) as peer:
        peer.initialize()
        peer.health()
        cold = _first_token(peer, "flood-20")
        warm = [_first_token(peer, "flood-20") for _ in range(_WARM_ROUNDS)]
        pids = [peer.pid, *_children(peer.pid)]
        before = sum(map(proc.cpu_s, pids))
        peer.answer(_ask(peer, f"flood-{_TOKENS}"))
        used = sum(map(proc.cpu_s, pids)) - before
    return {"cold": 1000 * cold, "warm": 1000 * median(warm), "cpu": 1e6 * used / _TOKENS}


def _first_token(peer: Peer, model: str) -> float:
    began = time.perf_counter()
    request = _ask(peer, model)
    took = peer.until(_TOKEN) - began
    peer.answer(request)
    return took


def _stalled(bench: Bench, env: dict[str, str]) -> tuple[float, float]:
    """The longest waits beside a script that imports litellm, and beside our own worker."""
    with Peer([bench.antiphon, "serve"], env) as peer:
        peer.initialize()
        peer.health()
        # What any first broadcast imports, and the warm-up, are the subject of `stalls`.
        peer.answer(_ask(peer, "flood-20", "loop"))
        time.sleep(2.0)
        script = bench.floor("litellm_bare", str(bench.port), "flood-20", "0")
        other = subprocess.Popen(script, env={**env, **QUIET}, stdout=subprocess.DEVNULL)
        beside = _probe(peer)
        while other.poll() is None:
            beside.quiet(0.1)
        loading = _probe(peer)
        loading.until(_ask(peer, "flood-20"))
        return max(beside.waits), max(loading.waits)


def _probe(peer: Peer) -> Probe:
    return Probe(peer, lambda each: each.command("antiphon.health", {}), _PERIOD_S)


def _bare(bench: Bench) -> dict[str, float]:
    def said(model: str, rounds: int) -> dict[str, Any]:
        command = bench.floor("litellm_bare", str(bench.port), model, str(rounds))
        env = {**bench.env, **QUIET}
        done = subprocess.run(command, env=env, capture_output=True, check=True, timeout=120)
        return json.loads(done.stdout.splitlines()[-1])

    began = time.perf_counter()
    short = said("flood-20", _WARM_ROUNDS)
    long = said(f"flood-{_TOKENS}", 1)
    return {
        "cold": 1000 * (short["first"] - began),
        "warm": 1000 * median([first for first, _ in short["warm"]]),
        "cpu": 1e6 * long["warm"][0][1] / _TOKENS,
    }


def _children(pid: int) -> list[int]:
    """The processes that a process started and that still run."""
    found = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for children in found for child in children.read_text().split()]
