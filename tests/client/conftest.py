"""A client on a server that misbehaves in a chosen way."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from antiphon_client import AntiphonClient

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager

_FAKE_SERVER = Path(__file__).with_name("fake_server.py")


@pytest.fixture
def client_of(
    tmp_path: Path,
) -> Callable[..., AbstractAsyncContextManager[AntiphonClient]]:
    """Starts a client on the fake server with the given behaviour."""

    def start(behaviour: str, **options: Any) -> AbstractAsyncContextManager[AntiphonClient]:
        command = [sys.executable, "-I", str(_FAKE_SERVER), behaviour]
        return AntiphonClient.start(command=command, cwd=tmp_path, **options)

    return start
