"""The real Neovim: as a child that is driven over RPC, and in a real terminal."""

from __future__ import annotations

import shutil
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.canaries.canary import USED
from support.neovim.editor import NEXT, NVIM, Editor, Place
from support.neovim.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.faults.client import FaultServer


def pytest_configure(config: pytest.Config) -> None:
    """What runs in every Neovim that is here, and not only in the oldest that is supported."""
    config.addinivalue_line("markers", "each_neovim: runs in the newest Neovim too, where it is")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each Neovim, where the test asks for that."""
    if metafunc.definition.get_closest_marker("each_neovim") and NEXT.exists():
        metafunc.parametrize("nvim", [NVIM, str(NEXT)], ids=["oldest", "newest"])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without the real editor nothing here can say anything."""
    if NVIM is not None:
        return
    missing = pytest.mark.skip(reason="no Neovim: run scripts/install_neovim.sh")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(missing)


@pytest.fixture
def nvim() -> str | None:
    """The program."""
    return NVIM


@pytest.fixture
def place(tmp_path: Path, nvim: str | None) -> Place:
    """A home with a plugin and a server's history in it, that nobody else has."""
    return Place(tmp_path, nvim)


@pytest.fixture
def start(place: Place) -> Iterator[Callable[..., Editor]]:
    """Starts Neovims that share the home; they end with the test."""
    editors: list[Editor] = []

    def launch(**options: object) -> Editor:
        editors.append(Editor(place, **options))
        return editors[-1]

    yield launch
    for editor in editors:
        editor.close()


@pytest.fixture
def editor(start: Callable[..., Editor]) -> Editor:
    """A Neovim of 120 by 40 cells with the plugin."""
    return start()


@pytest.fixture
def gated(place: Place, fault_server: FaultServer) -> FaultServer:
    """A provider called `gate` whose streams wait until they are released."""
    row = {
        "type": "openai",
        "baseUrl": fault_server.base_url,
        "apiKey": USED,
        "maxConcurrency": 16,
    }
    place.settings = {"providers": {"gate": row}}
    return fault_server


@pytest.fixture
def terminal(place: Place) -> Iterator[Callable[..., Terminal]]:
    """Starts Neovim in a terminal of some size."""
    if shutil.which("tmux") is None:
        pytest.skip("no tmux")
    opened: list[Terminal] = []

    def launch(columns: int, lines: int, folder: Path | None = None) -> Terminal:
        opened.append(Terminal(place, columns, lines, folder))
        return opened[-1]

    yield launch
    for each in opened:
        each.close()


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """An address on loopback, and what it was sent."""
    server = socket.create_server(("127.0.0.1", 0))
    received: list[bytes] = []

    def listen() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                received.append(connection.recv(4096))

    threading.Thread(target=listen, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", received
    server.shutdown(socket.SHUT_RDWR)
    server.close()
