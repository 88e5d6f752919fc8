"""The real VS Code in a browser: keys typed, frames drawn, and the processor time of all of it.

The editor and the ways into it are those of its tests (tests/vscode).
"""

from __future__ import annotations

import importlib
import json
import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.bench import FLOORS, ROOT
from benchmarks.proc import cpu_s

if TYPE_CHECKING:
    from collections.abc import Generator

EXTENSION: Final = ROOT / "vscode-extension"
TESTS: Final = ROOT / "tests" / "vscode"
CHROMIUM: Final = Path("/usr/bin/chromium")
WIDTH: Final = 1440
HEIGHT: Final = 900
_VSCE: Final = EXTENSION / "node_modules" / "@vscode" / "vsce" / "vsce"
_FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"]
_KEY_EVERY_S: Final = (0.020, 0.045)
"""Uneven, so that the keys do not fall into step with the frames."""
_PATIENCE_S: Final = 30.0
_WATCH: Final = """
() => {
  const lines = document.activeElement.closest(".monaco-editor").querySelector(".view-lines");
  const waits = (globalThis.keyWaits = []);
  let pending = [];
  addEventListener("keydown", (event) => pending.push(event.timeStamp), true);
  new MutationObserver(() => {
    const seen = pending;
    pending = [];
    // The editor draws in an animation frame; a message arrives behind the frame.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => waits.push(...seen.map((since) => performance.now() - since));
    port2.postMessage(null);
  }).observe(lines, { subtree: true, childList: true, characterData: true });
}
"""


def missing() -> str | None:
    """What is not here of what a window needs."""
    if not _module("code_server").NODE.exists() or not CHROMIUM.exists():
        return "there is no VS Code here (scripts/install_vscode.sh gets one)"
    return None if _VSCE.exists() else "the extension cannot be packaged (make vsix prepares that)"


@contextmanager
def editor(home: Path, server: str) -> Generator[Any]:
    """A code-server with the extension, the tests' driver and the empty extension."""
    code_server = _module("code_server")
    running = code_server.CodeServer(home, {"antiphon.server.path": server}, {})
    running.install([_package(home, each) for each in (EXTENSION, TESTS / "driver", _EMPTY)])
    running.start()
    try:
        yield running
    finally:
        running.stop()


_EMPTY: Final = FLOORS / "empty_extension"


@contextmanager
def browser() -> Generator[Any]:
    """The Chromium that shows windows."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


@contextmanager
def window(running: Any, chromium: Any) -> Generator[Any]:
    """A `workbench.Workbench` in a window of its own."""
    page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.set_default_timeout(1000 * _PATIENCE_S)
    shown = _module("workbench").Workbench(page, running)
    shown.open()
    try:
        yield shown
    finally:
        page.close()


def keystrokes(page: Any, count: int) -> list[float]:
    """Types letters into the editor that has the focus; ms from the key to behind its frame."""
    page.evaluate(_WATCH)
    pace, due = random.Random(count), time.perf_counter()
    for _ in range(count):
        time.sleep(max(0.0, due - time.perf_counter()))
        page.keyboard.press("x")
        due = max(time.perf_counter(), due) + pace.uniform(*_KEY_EVERY_S)
    ends = time.perf_counter() + _PATIENCE_S
    while len(waits := page.evaluate("globalThis.keyWaits")) < count:
        if time.perf_counter() > ends:
            raise TimeoutError(f"only {len(waits)} of {count} keys were drawn")
        time.sleep(0.05)
    return waits


def editor_cpu_s() -> float:
    """Seconds on a core so far of the editor and its browser, without the language server."""
    parents = {int(folder.name): _parent(folder) for folder in Path("/proc").glob("[0-9]*")}
    ours, spent = {os.getpid()}, 0.0
    for pid in sorted(parents):
        command = _command(pid)
        if parents[pid] in ours and b"serve" not in command and b"floors" not in command:
            ours.add(pid)
            spent += cpu_s(pid) if b"run-driver" not in command else 0.0
    return spent


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0  # it has ended


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _package(home: Path, source: Path) -> Path:
    made = home.parent / f"{source.name}.vsix"
    if not made.exists():
        node = _module("code_server").NODE
        flags = ("--no-dependencies", "--allow-missing-repository", "--skip-license")
        command = [node, _VSCE, "package", *flags, "--allow-star-activation", "--out", made]
        env = os.environ | {"PATH": f"{node.parent}:{os.environ['PATH']}"}
        subprocess.run(command, cwd=source, env=env, check=True, capture_output=True)
    return made


def _module(name: str) -> Any:
    """A module beside the tests of VS Code."""
    if str(TESTS) not in sys.path:
        sys.path.append(str(TESTS))
    return importlib.import_module(name)


def activation_ms(shown: Any, extension: str) -> float:
    """Loads and activates an extension that nothing has activated yet."""
    code = (
        f"const found = vscode.extensions.getExtension({json.dumps(extension)});"
        "if (found.isActive) { throw new Error('it is active already'); }"
        "const began = performance.now();"
        "await found.activate();"
        "return performance.now() - began;"
    )
    return shown.eval(code)
