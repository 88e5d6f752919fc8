"""`antiphon serve --unix` as a process, and bare clients of its socket."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from support.e2e.raw_client import PATIENCE_S, RawClient
from support.e2e.server_process import start_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.e2e.server_process import Starter

SERVE = (sys.executable, "-P", "-m", "antiphon", "serve")


def make_socket_folder() -> Path:
    """A private folder with a path that is short enough for sockets, which pytest's are not."""
    return Path(tempfile.mkdtemp(prefix="a", dir="/tmp"))


class UnixServer:
    """A server of its own, at a socket of its own unless `path` names one."""

    def __init__(
        self,
        environ: Mapping[str, str],
        cwd: Path,
        *options: str,
        path: Path | None = None,
        start: Starter = start_process,
        stderr: Path | None = None,
    ) -> None:
        """Starts it; what it says on stderr is appended to a file if one is named."""
        self._folder = make_socket_folder() if path is None else None
        self.path = path or self._folder / "s"
        arguments = ["serve", f"--unix={self.path}", *options]
        self.process = start(arguments, environ, cwd, stderr)

    def listening(self) -> dict[str, Any]:
        """What it prints once it listens."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        if self._folder is not None:
            shutil.rmtree(self._folder)

    def kill(self) -> None:
        """Ends the process with SIGKILL."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)

    def stop(self) -> str:
        """Ends the process with SIGTERM; what it has logged."""
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def end(self) -> str:
        """Waits for the end; what the process has logged."""
        _, errors = self.process.communicate(timeout=PATIENCE_S)
        return errors.decode()


class UnixClient(RawClient):
    """A client that knows JSON-RPC only, at the socket of `server`.

    `owns` says that the server is ended with the client.
    """

    def __init__(self, server: UnixServer, *, owns: bool = False) -> None:
        self._server, self._owns = server, owns
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(server.path))
        self.prepare(server.process, self.socket.makefile("wb", 0), self.socket.fileno())

    def hang_up(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def end_server(self) -> None:
        if self._owns:
            self.process.terminate()

    def __exit__(self, *_: object) -> None:
        self._stdin.close()
        self.socket.close()
        if self._owns:
            self._server.__exit__()

    def initialize(self, **params: Any) -> dict[str, Any]:
        """Says what every editor says first; the answer."""
        answer = self.ask("initialize", {"processId": None, "capabilities": {}, **params})
        self.notify("initialized", {})
        return answer


def connect(server: UnixServer) -> UnixClient:
    """A client that has said what every editor says first."""
    client = UnixClient(server)
    client.initialize()
    return client
