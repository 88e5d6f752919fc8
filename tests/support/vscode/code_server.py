"""The real VS Code as a server on loopback, and a way into its extension host.

The editor is code-server, which is VS Code's workbench and extension host with a browser as its
screen; `scripts/install_vscode.sh` installs it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from support import ROOT
from support.vscode.editor_settings import EDITOR_SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CACHE = Path(os.environ.get("ANTIPHON_VSCODE_CACHE", ROOT / ".cache" / "vscode"))
NODE = CACHE / "bin" / "node"
ENTRY = CACHE / "code-server" / "node_modules" / "code-server" / "out" / "node" / "entry.js"
START_S = 60
STOP_S = 10
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Driver:
    """The way into one window's extension host."""

    port: int
    secret: str

    def eval(self, js: str, *args: Any, timeout_s: float = 60) -> Any:
        """Evaluates a function body in the extension host; `args` and `vscode` are in its scope."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/",
            json.dumps({"js": js, "args": args}).encode(),
            {"x-secret": self.secret},
        )
        with _DIRECT.open(request, timeout=timeout_s) as response:
            answer = json.load(response)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]


class CodeServer:
    """One code-server with its own home, settings and extensions, all under `work`.

    It is kept quiet and trusts every folder, unless it is `bare`: then it is as it comes.
    """

    def __init__(
        self,
        work: Path,
        machine: Mapping[str, Any],
        env: Mapping[str, str],
        *,
        bare: bool = False,
    ) -> None:
        self.work = work
        self.folder = work / "project"
        self._quiet = [] if bare else ["--disable-workspace-trust"]
        self._user_data = work / "user-data"
        self._driver_file = work / "driver.json"
        for path in (self.folder, work / "home", work / "tmp", self._user_data / "User"):
            path.mkdir(parents=True, exist_ok=True)
        if not bare:
            _write(self._user_data / "User" / "settings.json", EDITOR_SETTINGS)
        # Settings of scope "machine" are read from here only.
        self._machine = self._user_data / "Machine" / "settings.json"
        self._machine.parent.mkdir(exist_ok=True)
        self.change_machine_settings(machine)
        self.env = _environment(work, self._driver_file) | dict(env)
        folders = (
            "--user-data-dir",
            str(self._user_data),
            "--extensions-dir",
            str(work / "extensions"),
        )
        self._base = [str(NODE), str(ENTRY), *folders]

    def machine_settings(self) -> dict[str, Any]:
        """The settings of scope "machine"."""
        return json.loads(self._machine.read_text())

    def change_machine_settings(self, settings: Mapping[str, Any]) -> None:
        """Writes them anew; the editor notices."""
        _write(self._machine, settings)

    def install(self, packages: Sequence[Path]) -> None:
        """Installs extensions from their `.vsix` files."""
        names = [part for package in packages for part in ("--install-extension", str(package))]
        subprocess.run(
            [*self._base, *names], env=self.env, check=True, capture_output=True, timeout=120
        )

    def start(self) -> None:
        """Starts it and waits until it listens."""
        log = self.work / "code-server.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    *self._base, "--auth", "none", "--bind-addr", "127.0.0.1:0",
                    "--disable-telemetry", "--disable-update-check", "--disable-proxy",
                    "--disable-getting-started-override", "--ignore-last-opened",
                    "--reconnection-grace-time", "1", *self._quiet,
                ],
                env=self.env,
                cwd=self.work,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        until = time.monotonic() + START_S
        while (
            found := re.search(r"listening on (http://127\.0\.0\.1:\d+)/", log.read_text())
        ) is None:
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text())
            time.sleep(0.05)
        self._origin = found[1]

    def url(self, folder: Path) -> str:
        """The address of a window on a folder."""
        return f"{self._origin}/?folder={quote(str(folder))}"

    def forget_driver(self) -> None:
        """A new window is to come: its extension host publishes a new address."""
        self._driver_file.unlink(missing_ok=True)

    def wait_for_driver(self) -> Driver:
        """The way into the extension host of the newest window, once it is there."""
        until = time.monotonic() + START_S
        while not self._driver_file.exists():
            if time.monotonic() > until:
                raise TimeoutError("the extension host did not start")
            time.sleep(0.05)
        return Driver(**json.loads(self._driver_file.read_text()))

    def stop(self) -> None:
        """Ends it, and whatever it started."""
        self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_S)
        # Extension hosts outlive the server by seconds.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _environment(work: Path, driver_file: Path) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("VSCODE_", "CODE_SERVER", "ANTIPHON_"))
        and not name.endswith("_API_KEY")
    }
    return inherited | {
        "ANTIPHON_DISCOVERY__LOCAL_SERVERS": "false",
        "HOME": str(work / "home"),
        "XDG_CONFIG_HOME": str(work / "home" / "config"),
        "XDG_DATA_HOME": str(work / "home" / "data"),
        "XDG_STATE_HOME": str(work / "home" / "state"),
        "XDG_RUNTIME_DIR": str(work / "run"),
        "TMPDIR": str(work / "tmp"),
        "EDITOR_TEST_DRIVER": str(driver_file),
        # No look-ups in a gallery of extensions.
        "EXTENSIONS_GALLERY": '{"serviceUrl":""}',
    }


def _write(path: Path, value: Any) -> None:
    """At once: the editor reads the file whenever it changes."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(value, indent=1), encoding="utf-8")
    new.replace(path)
