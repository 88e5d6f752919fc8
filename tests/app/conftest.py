"""One server in this process, for several clients."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from antiphon.app.multi_client_server import MultiClientServer
from support.lsp.shared_server import Pair

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

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
