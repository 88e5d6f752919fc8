"""Runs the Lua unit tests on one mutant after the other, in a copy of the tree."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Final

from scripts.mutate.tree_copy import TreeCopy

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.mutate.mutant import Mutant
    from scripts.mutate.outcomes.results import Outcome

UNITS: Final = "tests/neovim/plugin/unit"
_LIMIT_S: Final = 30
_REQUIRED: Final = re.compile(r"require\(?\s*['\"](antiphon[\w.]*)['\"]")


def list_pure_modules(checkout: Path) -> set[str]:
    """Returns the plugin's files that a unit test requires, from the top of the checkout."""
    found: set[str] = set()
    for test in sorted((checkout / UNITS).rglob("*_test.lua")):
        for name in _REQUIRED.findall(test.read_text(encoding="utf-8")):
            base = f"neovim-plugin/lua/{name.replace('.', '/')}"
            found.update(
                each for each in (f"{base}.lua", f"{base}/init.lua") if (checkout / each).exists()
            )
    return found


class LuaWorker:
    """One copy of the tree."""

    def __init__(self, checkout: Path, place: Path, nvim: Path) -> None:
        self._copy = TreeCopy(checkout, place)
        self._command = [nvim, "--clean", "-l", self._copy.top / UNITS / "run.lua"]

    def test(self, mutant: Mutant) -> tuple[Outcome, str]:
        """Runs all unit tests: they take less than a second together."""
        with self._copy.mutated(mutant):
            try:
                done = subprocess.run(
                    self._command,
                    capture_output=True,
                    text=True,
                    errors="replace",  # a mutant may cut a character in two
                    timeout=_LIMIT_S,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return "too slow", f"{_LIMIT_S} s"
        results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        failed = [each["name"] for each in results if "problem" in each]
        if done.returncode == 0 and not failed:
            return "survived", f"{len(results)} passed"
        return "caught", failed[0] if failed else "the tests did not load"

    def close(self) -> None:
        """Does nothing: each run is a process of its own."""
