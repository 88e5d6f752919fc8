"""`antiphon serve --unix` as a process, and the leanest clients of its socket."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.harness.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Generator

    from benchmarks.harness.bench import Bench


class SocketPeer(Peer):
    """A client of a server that has others."""

    def __init__(self, path: Path) -> None:
        self.started = time.perf_counter()
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self.prepare(self._socket.fileno(), self._socket.fileno())

    def exit_code(self) -> int | None:
        """Nothing: the server is another's."""
        return None

    def __exit__(self, *_: object) -> None:
        self._socket.close()


class UnixServer:
    """A server at a socket of its own."""

    def __init__(self, pid: int, path: Path) -> None:
        self.pid = pid
        self._path = path

    def connect(self) -> SocketPeer:
        """A client that is served."""
        peer = SocketPeer(self._path)
        peer.initialize()
        peer.health()
        return peer


@contextmanager
def unix_server(bench: Bench) -> Generator[UnixServer]:
    """Starts a server for many clients, on the history of `bench`."""
    folder = Path(tempfile.mkdtemp(prefix="a", dir="/tmp"))
    path = folder / "s"
    process = subprocess.Popen(
        [bench.antiphon, "serve", f"--unix={path}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bench.env,
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield UnixServer(process.pid, path)
    finally:
        process.kill()
        process.communicate()
        shutil.rmtree(folder)
