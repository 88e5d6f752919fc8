"""Runs the tests of one mutant of a Python module after the other, in a copy of the tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scripts.mutate.drawing import list_files
from scripts.mutate.python.clean_run import CleanRun, run_clean
from scripts.mutate.python.mirrored_tests import MirroredTests, find_mirrored_tests
from scripts.mutate.python.python_copy import ForkServer, PythonCopy
from scripts.mutate.python.reach import RecordedTest, choose_tests, find_function, find_importers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from scripts.mutate.mutant import Mutant
    from scripts.mutate.outcomes.results import Outcome

_SLACK_S: Final = 15.0
_SLACK_TIMES: Final = 5.0
"""A mutant may take so many times what its tests take without it, and the seconds above more."""
_LONG_S: Final = 5.0
"""A test that takes longer is run after all others."""


def start_workers(
    checkout: Path, cache: Path, mutants: list[Mutant], show: Callable[[str], None], count: int = 2
) -> list[PythonWorker]:
    """Returns workers for some mutants, after the tests of their packages ran without any."""
    copies = [PythonCopy(checkout, cache / f"copy-{number}") for number in range(count)]
    packages = sorted({find_mirrored_tests(checkout, each.path).package for each in mutants})
    clean: dict[str, CleanRun] = {}
    for package in packages:
        show(f"{package} without a mutant")
        clean[package] = run_clean(cache, checkout, package, copies[0])
        tests = clean[package].tests
        show(f"{len(tests)} tests, {sum(each.seconds for each in tests):.0f} s")
    return [PythonWorker(checkout, copy, clean) for copy in copies]


class PythonWorker:
    """One copy of the tree, and the process that runs tests in it."""

    def __init__(self, checkout: Path, copy: PythonCopy, clean: dict[str, CleanRun]) -> None:
        self._checkout = checkout
        self._copy = copy
        self._clean = clean
        self._server = ForkServer(copy)
        names = {name for each in clean.values() for name in each.modules}
        if "tests/model" in clean:
            names = {each for each in names if not each.startswith("antiphon")}
        self._server.preload(sorted(names))

    def test(self, mutant: Mutant) -> tuple[Outcome, str]:
        """Runs the tests that mirror the module, then the package's that reach the change."""
        mirrored = find_mirrored_tests(self._checkout, mutant.path)
        tests = self._clean[mirrored.package].tests
        stages = split_stages(mirrored, tests, self._choose(mutant, mirrored, tests))
        passed = 0
        with self._copy.mutated(mutant):
            for stage in stages:
                limit_s = _SLACK_S + _SLACK_TIMES * sum(each.seconds for each in stage)
                files = list(dict.fromkeys(each.file for each in stage))
                answer = self._server.run(files, limit_s, chosen=[each.name for each in stage])
                if answer["outcome"] != "passed":
                    is_slow = answer["outcome"] == "too slow"
                    return "too slow" if is_slow else "caught", answer["by"]
                passed += len(stage)
        return "survived", f"{passed} passed"

    def close(self) -> None:
        """Ends the process."""
        self._server.close()

    def _choose(
        self, mutant: Mutant, mirrored: MirroredTests, tests: list[RecordedTest]
    ) -> list[RecordedTest]:
        source = (self._checkout / mutant.path).read_text(encoding="utf-8")
        function = find_function(source, mutant.line)
        importers = {mutant.path}
        if function is None:
            importers = find_importers(self._sources(), mutant.path)
        return choose_tests(tests, function, importers, mirrored.folder)

    def _sources(self) -> dict[str, str]:
        modules = list_files(self._checkout, ["server", "clients"], ".py")
        return {each: (self._checkout / each).read_text(encoding="utf-8") for each in modules}


def split_stages(
    mirrored: MirroredTests, tests: Iterable[RecordedTest], chosen: Iterable[RecordedTest]
) -> list[list[RecordedTest]]:
    """Returns the tests that mirror a module, all of them, and the chosen others by nearness."""
    nearness = {file: number for number, file in enumerate(mirrored.rest)}
    own = [each for each in tests if each.file in mirrored.own]
    rest = [each for each in chosen if each.file in nearness]
    rest.sort(key=lambda each: (each.spawned, each.seconds > _LONG_S, nearness[each.file]))
    return [stage for stage in (own, rest) if stage]
