"""Fixtures for every test folder."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from support.faults.client import FaultServer
from support.history.postgresql import PostgresqlCluster, binaries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


# `make canary`: the whole run is watched for keys that escape; see `tests/canaries`.
pytest_plugins = ["support.canaries.canary_watch"] if os.environ.get("ANTIPHON_TEST_CANARY") else []


def _ignored(number: int, frame: FrameType | None) -> None:
    """Ignores a signal, as before; but programs that are started here do not inherit it."""


# A shell ignores interrupts for what it runs in the background, and nohup ignores the hang-up.
for _number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _ignored)

# Servers of tests that keep this process's home leave no log in it.
os.environ.setdefault("ANTIPHON_LOG__FILE", "-")

# A deadline is a timed assertion: on a busy machine it fails without a fault.
settings.register_profile("antiphon", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("antiphon")


@pytest.fixture(scope="session")
def _fault_process() -> Iterator[FaultServer]:
    with FaultServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[PostgresqlCluster]:
    """A PostgreSQL of the tests' own."""
    programs = binaries()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed")
    with PostgresqlCluster(programs) as cluster:
        yield cluster


@pytest.fixture
def postgresql_url(postgresql_cluster: PostgresqlCluster) -> Iterator[str]:
    """The address of an empty database of the test's own. It may have the history's tables."""
    name = postgresql_cluster.borrow()
    yield postgresql_cluster.url(name)
    postgresql_cluster.give_back(name)


@pytest.fixture
def fault_server(_fault_process: FaultServer) -> FaultServer:
    """A provider on loopback that fails on demand, with an empty journal."""
    _fault_process.reset()
    return _fault_process
