"""A client on a server that misbehaves in a chosen way."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from antiphon_client import AntiphonClient
from support import SUPPORT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager

_FAKE_SERVER = SUPPORT / "client" / "fake_server.py"


@pytest.fixture
def client_of(
    tmp_path: Path,
) -> Callable[..., AbstractAsyncContextManager[AntiphonClient]]:
    """Starts a client on the fake server with the given behaviour."""

    def start(behaviour: str, **options: Any) -> AbstractAsyncContextManager[AntiphonClient]:
        command = [sys.executable, "-I", str(_FAKE_SERVER), behaviour]
        return AntiphonClient.start(command=command, cwd=tmp_path, **options)

    return start


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's user is found."""
    private = ("ANTIPHON_", "DBUS_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(private) and not name.endswith("_API_KEY")
    }
    return kept | {
        "ANTIPHON_HISTORY__URL": f"sqlite:///{tmp_path / 'history.db'}",
        "ANTIPHON_DISCOVERY__LOCAL_SERVERS": "false",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_RUNTIME_DIR": str(tmp_path),  # no session, so no keyring
    }


@pytest.fixture
async def real_server(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[AntiphonClient]:
    """A client on the real server."""
    async with AntiphonClient.start(env=environment, cwd=tmp_path) as client:
        yield client
