"""Servers that nobody here wrote, each in a process of its own on loopback.

`scripts/install_*.sh` put them under .cache/peers. A test whose peer is not there is skipped with
the command that installs it; in CI the peer that `make test` installs must be there.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CACHE = ROOT / ".cache" / "peers"


def need(program: Path, target: str, *, in_ci: bool = False) -> Path:
    """The program; skips where it is not installed, and fails in CI where it should be."""
    if program.exists():
        return program
    reason = f"{program.name} is not installed: make {target}"
    if in_ci and os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def serving(
    command: Sequence[str], ready_url: str, log: Path, patience_s: float, **environ: str
) -> Iterator[None]:
    """Runs a server until the block ends; entered when `ready_url` is answered with a 200.

    Raises `RuntimeError` with the end of its log where that does not happen in time.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=log.parent,
            env={**_environment(log.parent), **environ},
        )
        try:
            until = time.monotonic() + patience_s
            while not _answers(ready_url):
                if process.poll() is not None or time.monotonic() > until:
                    said = log.read_text("utf-8", "replace")[-2000:]
                    raise RuntimeError(f"{command[0]} does not answer:\n{said}")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(home: Path) -> dict[str, str]:
    """Nothing of the person's own, and above all no key of a real vendor."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(home)}


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
