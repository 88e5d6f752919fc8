"""Plugins of pytest for the runs: one notes what each test reaches, one chooses tests by name."""

from __future__ import annotations

import sys
import threading
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import Phase, settings

if TYPE_CHECKING:
    from collections.abc import Collection, Generator
    from types import CodeType, FrameType

_SPAWNING: Final = frozenset({"subprocess.Popen", "os.posix_spawn", "os.fork", "os.exec"})


class Repeatable:
    """Has Hypothesis try the same examples in each run, keep none, and not shrink what fails."""

    def pytest_sessionstart(self) -> None:
        """Changes the profile that the tests' conftest has loaded by now."""
        settings.register_profile(
            "mutate",
            settings.get_profile("antiphon"),
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
        )
        settings.load_profile("mutate")


class Selection:
    """Leaves out tests that are not chosen, and remembers the first that fails."""

    def __init__(self, chosen: Collection[str] | None) -> None:
        self._chosen = None if chosen is None else frozenset(chosen)
        self.failed = ""
        self.passed = 0

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Keeps the chosen."""
        if self._chosen is not None:
            left_out = [each for each in items if each.nodeid not in self._chosen]
            items[:] = [each for each in items if each.nodeid in self._chosen]
            config.hook.pytest_deselected(items=left_out)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes how each test ended."""
        if report.failed:
            self.failed = self.failed or report.nodeid
        elif report.when == "call":
            self.passed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Notes a file that could not be imported."""
        if report.failed:
            self.failed = self.failed or report.nodeid


class Recorder:
    """Notes, for each test, its time and the functions of ours that it called.

    A function is noted by its file and its first line. Only calls are seen, not lines, which costs
    little. What a test's subprocesses call is not seen; that it started one is.
    """

    def __init__(self, folders: tuple[str, ...]) -> None:
        self._folders = folders
        self._reached: dict[str, set[CodeType]] = defaultdict(set)
        self._seconds: dict[str, float] = defaultdict(float)
        self._failed: set[str] = set()
        self._spawned: set[str] = set()
        self._test = ""
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _: Any) -> None:
        if event in _SPAWNING and self._test:
            self._spawned.add(self._test)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Traces one test with its fixtures."""
        self._test = item.nodeid
        seen = self._reached[item.nodeid]

        def trace(frame: FrameType, _event: str, _argument: Any) -> None:
            seen.add(frame.f_code)

        threading.settrace(trace)
        sys.settrace(trace)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self._test = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Adds the time of a test's setup, call or end."""
        self._seconds[report.nodeid] += report.duration
        if report.failed:
            self._failed.add(report.nodeid)

    def summarize(self) -> dict[str, Any]:
        """Returns everything as values of JSON."""
        return {
            name: {
                "seconds": round(self._seconds[name], 3),
                "passed": name not in self._failed,
                "spawned": name in self._spawned,
                "reached": sorted(self._places(codes)),
            }
            for name, codes in self._reached.items()
        }

    def _places(self, codes: set[CodeType]) -> set[tuple[str, int]]:
        return {
            (code.co_filename, code.co_firstlineno)
            for code in codes
            if code.co_filename.startswith(self._folders)
        }
