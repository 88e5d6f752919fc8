"""`antiphon serve --shared` as editors start it, and what is found of the shared server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.e2e.raw_client import RawClient
from support.e2e.unix_server import SERVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.e2e.installation import Installation


class SharedMachine:
    """A user's machine on which editors share a server."""

    def __init__(self, installation: Installation, runtime: Path) -> None:
        self.installation = installation
        self.environ = {**installation.environ, "XDG_RUNTIME_DIR": str(runtime)}

    def editor(self, *, idle_s: float = 60, **environ: str) -> RawClient:
        """An editor whose server is the stdio end of the shared one; it has said nothing yet."""
        command = (*SERVE, "--shared", f"--idle-seconds={idle_s}")
        return RawClient(
            command,
            {**self.environ, **environ},
            self.installation.workspace,
            self.installation.stderr,
        )

    def antiphon(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Runs the terminal's command line."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "antiphon", *arguments],
            env={**self.environ, **environ},
            cwd=self.installation.workspace,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def status(self) -> dict[str, Any]:
        """What `antiphon server status` finds."""
        return json.loads(self.antiphon("server", "status", "--json").stdout)

    def stop(self) -> None:
        self.antiphon("server", "stop")


def initialize(client: RawClient, **params: Any) -> dict[str, Any]:
    answer = client.ask("initialize", {"processId": os.getpid(), "capabilities": {}, **params})
    client.notify("initialized", {})
    return answer


def wait_for(condition: Callable[[], object]) -> None:
    """Polls what sends no event: processes and files of others."""
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether the process runs; one that has ended may wait for its parent."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
