"""One server in this process, for several clients."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from antiphon.app.multi_client_server import MultiClientServer
from support.lsp.shared_server import Pair
from support.lsp.team import Team, client_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from support.faults.client import FaultServer


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment without anything of this machine's user."""
    config = tmp_path / "config.toml"
    config.touch()
    return {
        "ANTIPHON_CONFIG": str(config),
        "ANTIPHON_LOG__FILE": "-",
        "ANTIPHON_HISTORY__URL": f"sqlite:///{tmp_path / 'history.db'}",
    }


@pytest.fixture
async def server(environ: dict[str, str]) -> AsyncIterator[MultiClientServer]:
    """A server whose tasks belong to one task of its own, as fixtures end in another."""
    opened: asyncio.Future[MultiClientServer] = asyncio.get_running_loop().create_future()
    over = asyncio.Event()

    async def hold() -> None:
        async with MultiClientServer.open(environ) as server:
            opened.set_result(server)
            await over.wait()

    held = asyncio.create_task(hold())
    yield await opened
    over.set()
    await held


@pytest.fixture
def pair(server: MultiClientServer, fault_server: FaultServer, environ: dict[str, str]) -> Pair:
    return Pair(server, fault_server, environ)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "history.db"


@pytest.fixture
def keyed(environ: dict[str, str], fault_server: FaultServer) -> dict[str, str]:
    """The environment of a client that has a key for the provider `work`."""
    row = f'[providers.work]\nbaseUrl = "{fault_server.base_url}"\napiKeyEnv = "WORK_API_KEY"\n'
    Path(environ["ANTIPHON_CONFIG"]).write_text(f'{row}models = ["ok"]\n', encoding="utf-8")
    return {**environ, "WORK_API_KEY": "a-key-of-work"}


@pytest.fixture
def team(server: MultiClientServer, keyed: dict[str, str], database: Path) -> Any:
    @asynccontextmanager
    async def joined() -> AsyncIterator[Team]:
        async with (
            client_of("alice", server, keyed) as alice,
            client_of("bob", server, keyed) as bob,
        ):
            yield Team(alice, bob, database)

    return joined
