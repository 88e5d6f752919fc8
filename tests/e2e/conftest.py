"""A machine of its own for every test, and the fault server as its provider."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# With import-mode=importlib a folder's own modules are found by its path only.
from support.e2e.answers import Answered
from support.e2e.fork_server import ForkServer
from support.e2e.installation import Installation
from support.e2e.server_process import forking, start_process
from support.e2e.transports import LONG_TOO, UNIX_ON_POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.faults.client import FaultServer


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves each test one of both sockets, half of the tests each, unless all are asked for.

    Every test over every transport takes minutes more, which `make transports` has.
    """
    if LONG_TOO:
        return
    halves = (UNIX_ON_POSTGRESQL, "ws")
    left_out = {
        item
        for item in items
        if isinstance(item, pytest.Function)
        and getattr(item, "callspec", None) is not None
        and item.callspec.params.get("transport") in halves
        and not _is_kept_to_some(item)
        and item.callspec.params["transport"] != halves[zlib.crc32(item.originalname.encode()) % 2]
    }
    config.hook.pytest_deselected(items=[*left_out])
    items[:] = [item for item in items if item not in left_out]


def _is_kept_to_some(item: pytest.Function) -> bool:
    """Checks whether `over_alone` names the transports of a test."""
    return any(each.args[0] == "transport" for each in item.iter_markers("parametrize"))


@pytest.fixture(scope="session")
def _fork_server() -> Iterator[ForkServer]:
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture(params=["stdio", UNIX_ON_POSTGRESQL, "ws"])
def transport(request: pytest.FixtureRequest) -> str:
    """What carries the protocol: every test is run over each, unless `over_alone` says why not.

    One of them is tried with the other database.
    """
    return request.param


@pytest.fixture
def installation(
    tmp_path: Path, fault_server: FaultServer, transport: str, request: pytest.FixtureRequest
) -> Installation:
    """No history, no settings but the provider `fault`, and an empty workspace."""
    url = None
    if transport == UNIX_ON_POSTGRESQL:
        transport, url = "unix", request.getfixturevalue("postgresql_url")
    forked = transport != "stdio" and sys.platform == "linux"
    start = forking(request.getfixturevalue("_fork_server")) if forked else start_process
    made = Installation(tmp_path, fault_server.base_url, transport, start, url)
    made.workspace.mkdir()
    made.config.write_text("")
    made.config.chmod(0o600)
    return made


@pytest.fixture
def answered(installation: Installation) -> Iterator[Answered]:
    """A client that knows JSON-RPC only, and a history that it can be held to."""
    with installation.raw_client() as client:
        yield Answered(client, installation)
