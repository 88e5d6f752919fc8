"""A server at a Unix socket, for tests that bring clients of their own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from support.e2e.unix_server import UnixServer, make_socket_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.e2e.installation import Installation


@pytest.fixture
def transport() -> str:
    """The environment of a server that has many clients."""
    return "unix"


@pytest.fixture
def socket_folder() -> Iterator[Path]:
    """A private folder, with a path that is short enough for sockets."""
    folder = make_socket_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def server(installation: Installation) -> Iterator[UnixServer]:
    """A server that gives a silent client half a second."""
    with UnixServer(
        installation.environ, installation.workspace, "--handshake-seconds=0.5"
    ) as server:
        server.listening()
        yield server
