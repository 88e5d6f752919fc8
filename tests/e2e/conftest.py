"""A machine of its own for every test, and the fault server as its provider."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# With import-mode=importlib a folder's own modules are found by its path only.
from support.e2e.answers import Answered
from support.e2e.fork_server import ForkServer
from support.e2e.installation import Installation
from support.e2e.server_process import forking, start_process
from support.e2e.transports import UNIX_ON_POSTGRESQL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.faults.client import FaultServer


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
