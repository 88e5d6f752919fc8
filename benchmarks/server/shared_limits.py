"""Limits that servers share over Redis: what they cost a request, beside limits of one's own."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import anyio
from redis.asyncio import ConnectionPool, Redis

from antiphon.shared_limits.redis_limits import RedisLimits
from benchmarks.harness.report import TIMES, Row, Table
from benchmarks.harness.sampling import interleaved, median
from benchmarks.server.throughput import our_pass

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from benchmarks.harness.bench import Bench
    from benchmarks.harness.peer import Peer

_STREAMS: Final = 8
_MODEL: Final = "flood-2"
_MISSING: Final = "redis-server is not installed: nothing was measured."


def run(bench: Bench) -> Table:
    """One request alone and eight at once with and without Redis, and its calls beside a PING."""
    program = shutil.which("redis-server")
    if program is None:
        return Table("shared_limits", "Limits shared over Redis", [], [_MISSING])
    with _redis(program, bench) as url:
        rows = [*_of_requests(bench, url), *asyncio.run(_of_calls(bench, url))]
    note = (
        "A request takes a slot and counts in its minute before it is sent: two round trips to a "
        "Redis on this machine. The slot is given back beside the requests."
    )
    return Table("shared_limits", "Limits shared over Redis", rows, [note])


@contextmanager
def _redis(program: str, bench: Bench) -> Generator[str]:
    path = bench.home / "redis.sock"
    command = [program, "--port", "0", "--unixsocket", str(path), "--save", ""]
    process = subprocess.Popen(
        command, cwd=bench.home, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            while probe.connect_ex(str(path)) != 0:
                time.sleep(0.01)
        yield f"unix://{path}"
    finally:
        process.kill()
        process.wait()


def _of_requests(bench: Bench, url: str) -> Iterator[Row]:
    limited = {"ANTIPHON_LIMITS__REQUESTS_PER_MINUTE": "100000"}
    own = replace(bench, env={**bench.env, **limited})
    shared = replace(bench, env={**own.env, "ANTIPHON_LIMITS__REDIS_URL": url})
    for streams in (1, _STREAMS):
        with own.warm_server(streams) as plain, shared.warm_server(streams) as ours:
            _wait_until_shared(ours)
            passes = interleaved(
                {
                    "plain": partial(our_pass, plain, _MODEL, streams),
                    "ours": partial(our_pass, ours, _MODEL, streams),
                },
                bench.repetitions(41),
            )
        for what, unit, scale in (("wall", "ms", 1e3), ("cpu", "ms", 1e3)):
            floor, found = (
                scale * median([getattr(each, what) for each in passes[name]])
                for name in ("plain", "ours")
            )
            label = "wall" if what == "wall" else "CPU"
            yield Row(
                f"{streams} {TIMES} 2 tokens: {label}", floor, found, unit, "limits of one's own"
            )


def _wait_until_shared(server: Peer) -> None:
    until = time.monotonic() + 20
    while not server.health().get("limits", {}).get("shared"):
        if time.monotonic() > until:
            raise RuntimeError("the server did not reach Redis")
        time.sleep(0.05)


async def _of_calls(bench: Bench, url: str) -> list[Row]:
    limits = RedisLimits(url)
    times: dict[str, list[float]] = {"ping": [], "slot": [], "minute": []}
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(limits.run)
        with anyio.fail_after(20):
            while not limits.status().shared:
                await anyio.sleep(0.01)
        await _time_calls(limits, url, times, 50 if bench.quick else 500)
        tasks.cancel_scope.cancel()
    ping, slot, minute = (1e6 * median(times[name]) for name in ("ping", "slot", "minute"))
    return [
        Row("a slot", ping, slot, "µs", "a PING by redis-py"),
        Row("a counted request", ping, minute, "µs", "a PING by redis-py"),
    ]


async def _time_calls(
    limits: RedisLimits, url: str, times: dict[str, list[float]], count: int
) -> None:
    pool: ConnectionPool = ConnectionPool.from_url(url)  # pyright: ignore[reportUnknownMemberType]
    async with Redis(connection_pool=pool) as redis:
        for _ in range(count):
            began = time.perf_counter()
            await redis.execute_command("PING")  # pyright: ignore[reportUnknownMemberType]
            times["ping"].append(time.perf_counter() - began)
            began = time.perf_counter()
            async with limits.slot("a", 8, lambda _, __: None):
                times["slot"].append(time.perf_counter() - began)
            began = time.perf_counter()
            await limits.take_request("a", 100_000)
            times["minute"].append(time.perf_counter() - began)
