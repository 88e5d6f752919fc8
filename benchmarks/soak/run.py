"""Runs a soak: two servers on one database, two clients each, and one that stops reading."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness.wire import framed
from benchmarks.history.postgresql.cluster import own_postgresql
from benchmarks.soak import servers
from benchmarks.soak.clients import Client, Shown, check, connected
from benchmarks.soak.samples import is_flat, lag_bound_ms, sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.soak.servers import Server

_CLIENTS: Final = 2
_SAMPLES: Final = 120
_DOWN_S: Final = 3.0


@dataclass(frozen=True)
class Plan:
    """What a soak does."""

    seconds: float
    streams: int = 64
    history: str | None = None
    """A database for both servers; a SQLite file of the soak's own otherwise."""
    restarts: int = 0
    """How often a PostgreSQL of the soak's own is stopped and started."""
    model: str = "pace-20-100"


@dataclass
class Outcome:
    """What a soak found."""

    plan: Plan
    shown: Shown = field(default_factory=Shown)
    series: list[dict[str, list[float]]] = field(default_factory=list[dict[str, list[float]]])
    """The samples of each server, by figure."""
    lags_ms: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    """The bounds of the event loop's lag of each server: the median and the 99th percentile."""

    def growing(self) -> list[str]:
        """Returns the figures that are not flat, with their server."""
        return [
            f"server {number}: {name}"
            for number, found in enumerate(self.series, 1)
            for name, values in found.items()
            if not is_flat(name, values)
        ]


def run(plan: Plan) -> Outcome:
    """Carries a plan out. Everything it starts has ended when it returns."""
    outcome = Outcome(plan)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="a", dir="/tmp")))
        servers.write_config(home, stack.enter_context(servers.vendor()), plan.model)
        cluster = stack.enter_context(own_postgresql()) if plan.restarts else None
        history = plan.history or f"sqlite:///{(home / 'history.db').as_posix()}"
        if cluster is not None:
            history = cluster.url(cluster.create())
        pair = [stack.enter_context(servers.server(home, name, history)) for name in ("a", "b")]
        asyncio.run(_soak(plan, pair, cluster, outcome))
    return outcome


async def _soak(plan: Plan, pair: Sequence[Server], cluster: Any, outcome: Outcome) -> None:
    shown = outcome.shown
    ends = time.monotonic() + plan.seconds
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(connected(each.path))
            for each in pair
            for _ in range(_CLIENTS)
        ]
        stalled = await _stall(pair[0], plan)
        share = plan.streams // len(clients)
        async with asyncio.TaskGroup() as tasks:
            for client in clients:
                tasks.create_task(client.ask_until(ends, plan.model, share, shown))
            tasks.create_task(_sample_until(ends, plan, pair, outcome))
            if cluster is not None:
                tasks.create_task(_restart(cluster, plan))
        stalled.close()
        await _settle(clients)
        # Each server is asked for what the other one streamed too.
        await check(clients[-1], shown)
        await _check_budget(clients[0], shown)
    outcome.lags_ms = [
        (lag_bound_ms(each.metrics, 0.5), lag_bound_ms(each.metrics, 0.99)) for each in pair
    ]


async def _stall(server: Server, plan: Plan) -> asyncio.StreamWriter:
    """Connects a client that asks for one answer and never reads a byte of it."""
    _, writer = await asyncio.open_unix_connection(str(server.path), limit=1)
    writer.write(
        framed({"id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}})
    )
    writer.write(framed({"method": "initialized", "params": {}}))
    argument = {"prompt": "Go on.", "models": [f"loop/{plan.model}"], "streamToken": "stalled"}
    params = {"command": "antiphon.broadcast", "arguments": [argument]}
    writer.write(framed({"id": 2, "method": "workspace/executeCommand", "params": params}))
    return writer


async def _sample_until(ends: float, plan: Plan, pair: Sequence[Server], outcome: Outcome) -> None:
    outcome.series = [{} for _ in pair]
    while (left := ends - time.monotonic()) > 0:
        for each, found in zip(pair, outcome.series, strict=True):
            each.check()
            for name, value in sample(each.process.pid, each.metrics).items():
                found.setdefault(name, []).append(value)
        await asyncio.sleep(min(left, max(1.0, plan.seconds / _SAMPLES)))


async def _restart(cluster: Any, plan: Plan) -> None:
    """Stops and starts the database at even distances."""
    for number in range(plan.restarts):
        await asyncio.sleep(plan.seconds / (plan.restarts + 1) - _DOWN_S * (number > 0))
        await asyncio.to_thread(cluster.stop, "fast")
        await asyncio.sleep(_DOWN_S)
        await asyncio.to_thread(cluster.start)


async def _settle(clients: Sequence[Client]) -> None:
    """Waits until every server uses its history and nothing is reserved."""
    ends = time.monotonic() + 60
    for client in clients:
        while time.monotonic() < ends:
            health = (await client.command("health"))["result"]["history"]
            budgets = (await client.command("meter")).get("result", {}).get("budgets", [])
            if "problem" not in health and all(Decimal(each["reserved"]) == 0 for each in budgets):
                break
            await asyncio.sleep(0.2)


async def _check_budget(client: Client, shown: Shown) -> None:
    """Compares the budget with the sum over all answers."""
    reply = await client.command("meter")
    if "error" in reply:
        shown.problems.append(f"meter: {reply['error']['message']}")
        return
    result = reply["result"]
    spent, reserved = (Decimal(result["budgets"][0][name]) for name in ("spent", "reserved"))
    total = Decimal(result["total"]["cost"]["amount"] or 0)
    if spent != total or reserved:
        shown.problems.append(f"the budget has {spent} and {reserved} reserved, answers {total}")
