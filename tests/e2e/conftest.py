"""A machine of its own for every test, and the fault server as its provider."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

# With import-mode=importlib a folder's own modules are found by its path only.
from support.e2e.answers import Answered
from support.e2e.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.faults.client import FaultServer


@pytest.fixture
def transport(request: pytest.FixtureRequest) -> str:
    """What carries the protocol: stdio, unless a module is run over others too."""
    return getattr(request, "param", "stdio")


@pytest.fixture
def installation(tmp_path: Path, fault_server: FaultServer, transport: str) -> Installation:
    """No history, no settings but the provider `fault`, and an empty workspace."""
    made = Installation(tmp_path, fault_server.base_url, transport)
    made.workspace.mkdir()
    made.config.write_text("")
    made.config.chmod(0o600)
    return made


@pytest.fixture
def answered(installation: Installation) -> Iterator[Answered]:
    """A client that knows JSON-RPC only, and a history that it can be held to."""
    with installation.raw_client() as client:
        yield Answered(client, installation)
