"""Starts Debian's redis-server in a private folder, and stops, pauses and restarts it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Self

import pytest
from redis.asyncio import Redis

from support.peers.peer_process import free_port

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "a-password-of-redis"
_PATIENCE_S = 10.0


def need_redis() -> str:
    """The program; skips if it is not installed, and fails in CI on Linux."""
    program = shutil.which("redis-server")
    if program is not None:
        return program
    reason = "redis-server is not installed: make peers"
    if os.environ.get("CI") and sys.platform == "linux":
        pytest.fail(reason)
    pytest.skip(reason)


class RedisServer:
    """One Redis that keeps nothing on disk, on one port for all its lives."""

    def __init__(self, folder: Path, password: str | None = PASSWORD) -> None:
        self._program = need_redis()
        self._folder = folder
        self.password = password
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        user = "" if self.password is None else f":{self.password}@"
        return f"redis://{user}127.0.0.1:{self.port}/0"

    def client(self) -> Redis:
        """A client of it, which the caller closes."""
        return Redis.from_url(self.url, decode_responses=True)

    def start(self) -> None:
        """Starts it, empty, and returns when it answers."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        if self.password is not None:
            options += ["--requirepass", self.password]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, *options, "--dir", str(self._folder), "--loglevel", "warning"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + _PATIENCE_S
        while not self._accepts():
            assert self._process.poll() is None, (self._folder / "redis.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.01)

    def stop(self) -> None:
        """Kills it with all that it holds."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(_PATIENCE_S)
            self._process = None

    def pause(self) -> None:
        """Stops it in the middle: it accepts connections, and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _accepts(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True
