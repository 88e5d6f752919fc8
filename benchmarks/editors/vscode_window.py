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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.harness.bench import FLOORS, ROOT

if TYPE_CHECKING:
    from collections.abc import Generator

EXTENSION: Final = ROOT / "vscode-extension"
TESTS: Final = ROOT / "tests" / "vscode"
CHROMIUM: Final = Path("/usr/bin/chromium")
WIDTH: Final = 1920
HEIGHT: Final = 1080
_OTHERS: Final = (b"antiphon\0serve", bytes(FLOORS))
"""What a command has that runs below this process and is no part of the editor."""
_VSCE: Final = EXTENSION / "node_modules" / "@vscode" / "vsce" / "vsce"
_FLAGS: Final = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic"]
_KEY_EVERY_S: Final = (0.020, 0.045)
"""Uneven, so that the keys do not fall into step with the frames."""
PATIENCE_S: Final = 180.0
"""Sixteen editors open one after the other, on a busy machine each takes seconds."""
_NOTE_FOCUSED: Final = """
() => document.activeElement.closest('.monaco-editor[data-uri^="untitled:"]') !== null
"""
_WATCH: Final = """
() => {
  const lines = document.activeElement.closest(".monaco-editor").querySelector(".view-lines");
  const waits = (globalThis.keyWaits = []);
  let pending = [];
  globalThis.stopWatching?.();
  const keyed = (event) => pending.push(event.timeStamp);
  addEventListener("keydown", keyed, true);
  const observer = new MutationObserver(() => {
    const seen = pending;
    pending = [];
    // The editor draws in an animation frame; a message arrives behind the frame.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => waits.push(...seen.map((since) => performance.now() - since));
    port2.postMessage(null);
  });
  observer.observe(lines, { subtree: true, childList: true, characterData: true });
  globalThis.stopWatching = () => {
    removeEventListener("keydown", keyed, true);
    observer.disconnect();
  };
}
"""


def missing() -> str | None:
    """What is not here of what a window needs."""
    if not _module("code_server").NODE.exists() or not CHROMIUM.exists():
        return "there is no VS Code here (scripts/install_vscode.sh gets one)"
    return None if _VSCE.exists() else "the extension cannot be packaged (make vsix prepares that)"


@contextmanager
def editor(home: Path, server: str) -> Generator[Any]:
    """A code-server with the extension, the tests' driver and the floors' extensions."""
    code_server = _module("code_server")
    code_server.START_S = PATIENCE_S
    running = code_server.CodeServer(home, {"antiphon.server.path": server}, {})
    packed = (EXTENSION, TESTS / "driver", FLOORS / "empty_extension", FLOORS / "naive_panes")
    running.install([_package(home, each) for each in packed])
    running.start()
    try:
        yield running
    finally:
        running.stop()


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
    page.set_default_timeout(1000 * PATIENCE_S)
    shown = _patient(_module("workbench").Workbench)(page, running)
    shown.open()
    try:
        yield shown
    finally:
        page.close()


def _patient(workbench: Any) -> Any:
    """A workbench that waits longer for its extension host than tests do."""

    class Patient(workbench):
        eval_patience_s = PATIENCE_S

    return Patient


def focus_note(shown: Any) -> None:
    """Clicks into the note. Raises `TimeoutError` where it does not get the focus."""
    shown.page.locator('.monaco-editor[data-uri^="untitled:"] .view-lines').click()
    ends = time.perf_counter() + PATIENCE_S
    while not shown.page.evaluate(_NOTE_FOCUSED):
        if time.perf_counter() > ends:
            raise TimeoutError("the note did not get the focus")
        time.sleep(0.05)


def keystrokes(page: Any, count: int) -> list[float]:
    """Types letters into the editor that has the focus; ms from the key to behind its frame."""
    page.evaluate(_WATCH)
    pace, due = random.Random(count), time.perf_counter()
    for _ in range(count):
        time.sleep(max(0.0, due - time.perf_counter()))
        page.keyboard.press("x")
        due = max(time.perf_counter(), due) + pace.uniform(*_KEY_EVERY_S)
    ends = time.perf_counter() + PATIENCE_S
    while len(waits := page.evaluate("globalThis.keyWaits")) < count:
        if time.perf_counter() > ends:
            raise TimeoutError(f"only {len(waits)} of {count} keys were drawn")
        time.sleep(0.05)
    return waits


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds on a core."""

    editor: float
    """The editor and its browser, without the language server."""
    host: float
    """Of them, the extension hosts."""


def cpu_during(seconds: float) -> Cpu:
    """What the editor used in the next seconds."""
    before = {pid: _cpu_s(pid) for pid in _processes()}
    time.sleep(seconds)
    after = _processes()
    used = {pid: max(0.0, _cpu_s(pid) - before.get(pid, 0.0)) for pid in after}
    hosts = (used[pid] for pid, command in after.items() if b"extensionHost" in command)
    return Cpu(sum(used.values()), sum(hosts))


def _processes() -> dict[int, bytes]:
    """The command lines of what runs below this process and belongs to the editor."""
    parents = {int(folder.name): _parent(folder) for folder in Path("/proc").glob("[0-9]*")}
    ours, found = {os.getpid()}, dict[int, bytes]()
    for pid in sorted(parents):
        command = _command(pid)
        if parents[pid] in ours and not any(part in command for part in _OTHERS):
            ours.add(pid)
            if b"run-driver" not in command:
                found[pid] = command
    return found


def _parent(folder: Path) -> int:
    return int(_stat(int(folder.name))[1])


def _cpu_s(pid: int) -> float:
    """Of all its threads, those too that have ended: the browser's come and go."""
    user, system = _stat(pid)[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """The fields of `/proc/PID/stat` behind the name."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ["0"] * 50  # it has ended


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
    if str(TESTS.parent) not in sys.path:
        sys.path.append(str(TESTS.parent))
    return importlib.import_module(f"support.vscode.{name}")


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
