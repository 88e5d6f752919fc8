"""What is between a server and its database: pools, TLS, several hosts."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.history import open_history
from antiphon.model.values.ids import new_id
from support.history.pgbouncer import PROGRAM, Pgbouncer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from contextlib import AbstractContextManager


@pytest.fixture
def problem_of() -> Callable[[str], Awaitable[str | None]]:
    """Opens a history and closes it; returns why it is kept in memory, or `None`."""

    async def problem_of(url: str) -> str | None:
        history = await open_history(url, server_id=new_id())
        try:
            return history.status().problem
        finally:
            await history.aclose()

    return problem_of


@pytest.fixture
def pool(postgresql_cluster: Any) -> Callable[..., AbstractContextManager[Pgbouncer]]:
    """Starts a PgBouncer with settings of its own before the tests' PostgreSQL."""

    @contextmanager
    def start(**settings: object) -> Generator[Pgbouncer]:
        with Pgbouncer(postgresql_cluster, settings) as started:
            yield started

    if not PROGRAM.exists():
        if os.environ.get("CI"):
            pytest.fail("PgBouncer is not installed: apt-get install pgbouncer")
        pytest.skip("PgBouncer is not installed: make peers")
    return start
