"""Real servers on loopback, in an environment of their own."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence


class ServedProcess:
    """`antiphon serve --ws`, which has printed its line."""

    def __init__(self, process: asyncio.subprocess.Process, line: dict[str, Any]) -> None:
        self.process = process
        self.line = line
        self.url: str = line["listening"]
        self.port = int(self.url.rpartition(":")[2])

    @property
    def token(self) -> str:
        return Path(self.line["tokenFile"]).read_text().strip()

    async def end(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal, and returns the exit code."""
        self.process.send_signal(number)
        return await self.process.wait()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's user is found."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANTIPHON_", "DBUS_", "XDG_")) and not name.endswith("_API_KEY")
    }
    return kept | {
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path / "runtime"),
        "ANTIPHON_HISTORY__URL": f"sqlite:///{tmp_path / 'history.db'}",
        "ANTIPHON_DISCOVERY__LOCAL_SERVERS": "false",
        "ANTIPHON_LOG__FILE": str(tmp_path / "server.log"),
    }


def command(*options: str) -> Sequence[str]:
    return (sys.executable, "-m", "antiphon", *options)


@pytest.fixture
def serve(environment: dict[str, str]) -> Callable[..., Any]:
    """Starts a server with further options, and ends it after the block."""

    @asynccontextmanager
    async def start(
        *options: str, address: str = "127.0.0.1:0", **more: str
    ) -> AsyncGenerator[ServedProcess]:
        process = await asyncio.create_subprocess_exec(
            *command("serve", "--ws", address, *options),
            env=environment | more,
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        try:
            line = await process.stdout.readline()
            assert line, "the server ended"
            yield ServedProcess(process, json.loads(line))
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    return start
