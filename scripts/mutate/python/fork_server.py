"""Runs tests in children of one process that has imported everything but what is changed.

It is started at the top of a copy of the tree with that copy's Python. A line of JSON on stdin asks
for a run, a line on stdout answers it. A child has a time limit, and whatever it started ends with
it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from scripts.mutate.python.recording import Recorder, Repeatable, Selection

_MEMORY_BYTES: Final = 8 << 30
"""A mutant that never stops allocating ends before the machine does."""
_ADOPT_ORPHANS: Final = 36
"""`PR_SET_CHILD_SUBREAPER` of Linux's prctl(2)."""
_PYTEST: Final = [
    "-q",
    "-p",
    "no:cacheprovider",
    "--no-header",
    "--no-summary",
    "--tb=line",
    "--disable-warnings",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
]
"""Plugins that are imported before pytest starts are not rewritten, which matters to nobody."""


def serve() -> None:
    """Answers requests until stdin ends."""
    sys.path.insert(0, "tests")
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        answer = _preload(request["preload"]) if "preload" in request else _run(request)
        print(json.dumps(answer), flush=True)


def _preload(names: list[str]) -> dict[str, Any]:
    """Imports modules that no mutant changes, for all children at once."""
    for name in names:
        with contextlib.suppress(ImportError):
            import_module(name)
    return {"loaded": len(names)}


def _run(request: dict[str, Any]) -> dict[str, Any]:
    """Runs one pytest in a child, and returns how it ended."""
    begun = time.monotonic()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _be_child(request, write_end)
    os.close(write_end)
    text = _read_all(read_end, begun + request["limit_s"])
    os.close(read_end)
    for process in [child, *_descendants(os.getpid())]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    _reap(child)
    outcome = json.loads(text) if text else {"outcome": "failed", "by": "the process ended"}
    if text is None:
        outcome = {"outcome": "too slow", "by": f"{request['limit_s']:.0f} s"}
    return outcome | {"seconds": round(time.monotonic() - begun, 3)}


def _be_child(request: dict[str, Any], write_end: int) -> None:
    """Runs pytest and writes the outcome; does not return."""
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        nowhere = os.open(os.devnull, os.O_RDWR)
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for descriptor, target in ((nowhere, 0), (log, 1), (log, 2)):
            os.dup2(descriptor, target)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        outcome = _test(request)
        with os.fdopen(write_end, "w") as pipe:
            json.dump(outcome, pipe)
    except BaseException:  # noqa: BLE001  what it was is in the log, and the parent goes on
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def _test(request: dict[str, Any]) -> dict[str, Any]:
    selection = Selection(request.get("chosen"))
    plugins: list[object] = [Repeatable(), selection]
    record: str | None = request.get("record")
    recorder = None
    if record:
        here = Path.cwd()
        recorder = Recorder(tuple(f"{here / each}{os.sep}" for each in ("server", "clients")))
        plugins.append(recorder)
    more = [] if record else ["-x"]
    code = pytest.main(
        [*request["files"], *_PYTEST, *more, "--basetemp", request["temporary"]], plugins
    )
    if record and recorder is not None:
        kept = {"tests": recorder.summarize(), "modules": sorted(sys.modules)}
        Path(record).write_text(json.dumps(kept), encoding="utf-8")
    if code in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        return {"outcome": "passed", "by": f"{selection.passed} passed"}
    return {"outcome": "failed", "by": selection.failed or f"pytest ended with {int(code)}"}


def _read_all(descriptor: int, until: float) -> str | None:
    """Returns all that is written, or `None` if it does not end in time."""
    parts: list[bytes] = []
    while True:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            return None
        part = os.read(descriptor, 65_536)
        if not part:
            return b"".join(parts).decode()
        parts.append(part)


def _descendants(process: int) -> list[int]:
    """Returns the processes that one started, and those that they did, where Linux tells."""
    with contextlib.suppress(OSError):
        tasks = Path(f"/proc/{process}/task").glob("*/children")
        children = [int(each) for task in tasks for each in task.read_text().split()]
        return [each for child in children for each in (child, *_descendants(child))]
    return []


def _reap(child: int) -> None:
    """Waits for the child and for what it left."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    serve()
