"""Tests of what PostgreSQL alone does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.history.postgresql import PostgresqlCluster, binaries

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[PostgresqlCluster]:
    """A server that tests may stop, pause and spoil."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed")
    with PostgresqlCluster(programs) as cluster:
        yield cluster
