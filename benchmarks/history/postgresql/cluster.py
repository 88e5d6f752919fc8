"""Starts a PostgreSQL of a benchmark's own: the cluster of the tests, with other settings."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import asyncpg

from benchmarks.harness.bench import ROOT
from benchmarks.harness.proc import children_of, cpu_s

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine, Generator

T = TypeVar("T")

# What is measured is a database that keeps what it has acknowledged, as the one of a team does.
LASTING: Final = """
fsync = on
full_page_writes = on
autovacuum = on
shared_buffers = 256MB
max_wal_size = 4GB
"""


@contextmanager
def own_postgresql(settings: str = "") -> Generator[Any]:
    """Yields the cluster that the tests use, started with `settings` of its own.

    Raises `FileNotFoundError` if PostgreSQL is not installed.
    """
    sys.path.insert(0, str(ROOT / "tests"))
    module = importlib.import_module("support.history.postgresql")
    programs = module.binaries()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed: install the package postgresql.")
    with module.PostgresqlCluster(programs, settings) as cluster:
        yield cluster


def database_cpu_s(cluster: Any) -> float:
    """Returns the seconds on a core of the server's processes that are alive."""
    return sum(cpu_s(pid) for pid in children_of(cluster.pid))


class Alone:
    """One asyncpg connection on the loop of a runner, as the floor of everything."""

    def __init__(self, runner: asyncio.Runner, url: str) -> None:
        self._runner = runner
        self.raw: Any = runner.run(connect_alone(url))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs `work` to its end."""
        return self._runner.run(work)

    def close(self) -> None:
        """Closes the connection."""
        self._runner.run(self.raw.close())


async def connect_alone(url: str) -> Any:
    """Returns a connection of asyncpg, which has no types, as it is by default."""
    connecting: Any = asyncpg.connect(url)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return await connecting
