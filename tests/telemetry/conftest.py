"""A server in an environment of its own, and a collector on loopback."""

from __future__ import annotations

import os
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from antiphon_client import AntiphonClient
from support.observing.collector import Collector, collecting

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
    from pathlib import Path

SERVE = (sys.executable, "-m", "antiphon", "serve")


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


@pytest.fixture
def started(tmp_path: Path) -> Callable[..., Any]:
    """Starts a client on a server of its own, with further variables."""
    private = ("ANTIPHON_", "DBUS_", "OTEL_", "XDG_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(private) and not name.endswith("_API_KEY")
    }
    own = {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "ANTIPHON_HISTORY__URL": f"sqlite:///{tmp_path / 'history.db'}",
        "ANTIPHON_DISCOVERY__LOCAL_SERVERS": "false",
        "ANTIPHON_LOG__FILE": str(tmp_path / "server.log"),
    }

    @asynccontextmanager
    async def start(command: Sequence[str] = SERVE, **more: str) -> AsyncGenerator[AntiphonClient]:
        async with AntiphonClient.start(
            command=command, env={**kept, **own, **more}, cwd=tmp_path
        ) as client:
            yield client

    return start
