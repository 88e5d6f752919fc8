"""What every benchmark works with: a loopback vendor, a home of its own, the commands to start."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT: Final = Path(__file__).resolve().parents[2]
CACHE: Final = ROOT / ".cache" / "benchmarks"
FLOORS: Final = Path(__file__).resolve().parents[1] / "floors"

_CONFIG: Final = """\
[providers.loop]
type = "openai"
baseUrl = "http://127.0.0.1:{port}/v1"
models = ["flood-2000"]
maxConcurrency = 64
[limits]
maxPanesPerRun = 64
[log]
level = "warning"
"""


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of the benchmarks."""

    home: Path
    port: int
    vendor_pid: int
    quick: bool
    env: dict[str, str]
    """Settings and data of Antiphon in `home`, and nothing of the person's own."""

    def repetitions(self, usual: int) -> int:
        """How often to measure."""
        return min(3, usual) if self.quick else usual

    @property
    def antiphon(self) -> str:
        """The installed command."""
        return str(Path(sys.executable).with_name("antiphon"))

    def floor(self, name: str, *arguments: str) -> list[str]:
        """The command of a program in `floors`."""
        return [sys.executable, str(FLOORS / f"{name}.py"), *arguments]

    def server(self) -> Peer:
        """Spawns our server."""
        return Peer([self.antiphon, "serve"], self.env)

    def relay(self) -> Peer:
        """Spawns the floor of everything that streams, ready to be used."""
        peer = Peer(self.floor("raw_relay"), self.env)
        peer.ask("ping", {})
        return peer

    def order(
        self, model: str, streams: int, *, relay: bool = True, keep_alive: bool = True
    ) -> dict[str, Any]:
        """The params of the floor's `run`."""
        return {
            "port": self.port,
            "model": model,
            "streams": streams,
            "relay": relay,
            "keepAlive": keep_alive,
        }

    @contextmanager
    def warm_server(self, streams: int = 1) -> Generator[Peer]:
        """Our server with everything loaded and `streams` connections to the vendor open."""
        with self.server() as peer:
            peer.initialize()
            peer.health()
            for _ in range(2):
                peer.answer(broadcast(peer, "flood-20", streams))
            time.sleep(1.5)  # the warm-up begins a second after `initialized`
            peer.bodies()
            yield peer


def broadcast(peer: Peer, model: str, streams: int) -> int:
    """Asks our server for `streams` answers of one of the vendor's models; the request's id."""
    argument = {
        "prompt": "hello",
        "models": [f"loop/{model}"] * streams,
        "streamToken": "stream",
    }
    return peer.command("antiphon.broadcast", argument)


@contextmanager
def prepared(*, quick: bool) -> Generator[Bench]:
    """Starts the vendor and makes the home; both are gone afterwards."""
    CACHE.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
    vendor = subprocess.Popen(
        [sys.executable, str(FLOORS / "provider.py")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert vendor.stdout is not None
        port = int(vendor.stdout.readline())
        config = home / "config.toml"
        config.write_text(_CONFIG.format(port=port))
        yield Bench(home, port, vendor.pid, quick, _environment(home, config))
    finally:
        vendor.kill()
        vendor.wait()
        with contextlib.suppress(OSError):
            shutil.rmtree(home)


def _environment(home: Path, config: Path) -> dict[str, str]:
    keep = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANTIPHON_", "PYTHON", "OPENAI_", "LLM_"))
        and not name.lower().endswith("_proxy")
    }
    return {
        **keep,
        "ANTIPHON_CONFIG": str(config),
        "ANTIPHON_HISTORY__URL": f"sqlite:///{(home / 'history.db').as_posix()}",
        "PYTHONPATH": str(ROOT),
    }
