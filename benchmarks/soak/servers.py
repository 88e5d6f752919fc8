"""Starts what a soak needs: the vendor, the servers, and a PostgreSQL of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from benchmarks.harness.bench import FLOORS

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_CONFIG: Final = """\
[providers.loop]
type = "openai"
baseUrl = "http://127.0.0.1:{port}/v1"
models = ["pace-20-100"]
maxConcurrency = 64
[providers.loop.prices."{model}"]
input = "1"
output = "2"
[[budgets]]
scope = "day"
limit = "1000000"
[limits]
maxPanesPerRun = 64
[metrics]
intervalMs = 1000
[log]
level = "error"
"""


@dataclass(frozen=True)
class Server:
    """A server at a socket of its own."""

    process: subprocess.Popen[bytes]
    path: Path
    metrics: Path
    log: Path

    def check(self) -> None:
        """Raises `RuntimeError`, with the end of its log, if the process has ended."""
        if self.process.poll() is not None:
            said = self.log.read_text()[-4000:]
            raise RuntimeError(f"a server ended with {self.process.returncode}:\n{said}")


@contextmanager
def vendor() -> Generator[int]:
    """Yields the port of the vendor with faults."""
    process = subprocess.Popen(
        [sys.executable, str(FLOORS / "faulty_provider.py")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def write_config(home: Path, port: int, model: str) -> None:
    """Writes the settings of both servers."""
    (home / "config.toml").write_text(_CONFIG.format(port=port, model=model))


@contextmanager
def server(home: Path, name: str, history: str) -> Generator[Server]:
    """Yields a server that listens."""
    path, metrics = home / f"{name}.sock", home / f"{name}.prom"
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("ANTIPHON_", "PYTHON")) and not key.lower().endswith("_proxy")
    }
    log = home / f"{name}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "antiphon", "serve", f"--unix={path}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={
                **kept,
                "ANTIPHON_CONFIG": str(home / "config.toml"),
                "ANTIPHON_HISTORY__URL": history,
                "ANTIPHON_METRICS__TEXTFILE": str(metrics),
            },
        )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield Server(process, path, metrics, log)
    finally:
        process.kill()
        process.communicate()
