"""Runs StrykerJS in a copy of the tree, with Node's own test runner as its command."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scripts.mutate.mutant import Mutant, describe_change
from scripts.mutate.pool import digest_files
from scripts.mutate.tree_copy import TreeCopy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scripts.mutate.outcomes.results import Outcome, Result, Results

EXTENSION: Final = "vscode-extension"
CORE: Final = f"{EXTENSION}/src/core"
_LIMIT_MS: Final = 8_000
_NOT_MADE: Final = ("ArrayDeclaration", "ObjectLiteral", "Regex", "StringLiteral")
"""Changes of texts, and of values that follow no rule."""
_TESTS: Final = (
    "node --test --test-isolation=none --test-reporter=dot "
    "dist/test/core-*.mjs dist/test/logLine.test.mjs"
)
"""Those of the core, all in one process: one for each file takes four times as long."""
_OUTCOMES: Final[dict[str, Outcome]] = {
    "Killed": "caught",
    "RuntimeError": "caught",
    "Timeout": "too slow",
    "Survived": "survived",
    "NoCoverage": "survived",
}


def install_stryker(checkout: Path, cache: Path) -> Path:
    """Installs what the lock file names, and returns the program."""
    here, place = Path(__file__).parent, cache / "stryker"
    place.mkdir(parents=True, exist_ok=True)
    lock = (here / "package-lock.json").read_bytes()
    installed = place / "package-lock.json"
    if not installed.exists() or installed.read_bytes() != lock:
        shutil.copy2(here / "package.json", place)
        command = ["npm", "ci", "--prefix", place, "--ignore-scripts", "--no-audit", "--no-fund"]
        (place / "package-lock.json").write_bytes(lock)
        subprocess.run(command, check=True, cwd=place, env=_environment(checkout))
    return place / "node_modules" / ".bin" / "stryker"


def run_stryker(
    checkout: Path, cache: Path, files: Iterable[str], results: Results, workers: int
) -> list[Result]:
    """Returns what became of each mutant of some files: one after the other, so that a run goes on.

    A file of which something is known is known as a whole, for this file and these tests.
    """
    tests = digest_files(checkout, [f"{EXTENSION}/test/"])
    found: list[Result] = []
    copy: TreeCopy | None = None
    for path in files:
        source = hashlib.sha256((checkout / path).read_bytes()).hexdigest()[:16]
        known = results.find_file(path, source, tests)
        if not known:
            copy = copy or _make_copy(checkout, cache)
            made = _run_file(install_stryker(checkout, cache), copy, checkout, path, workers)
            known = [results.add(*each, source, tests) for each in made]
        found += known
    return found


def _make_copy(checkout: Path, cache: Path) -> TreeCopy:
    copy = TreeCopy(checkout, cache / "typescript")
    modules = (checkout / EXTENSION / "node_modules").resolve()
    (copy.top / EXTENSION / "node_modules").symlink_to(modules)
    return copy


def _run_file(
    stryker: Path, copy: TreeCopy, checkout: Path, path: str, workers: int
) -> list[tuple[Mutant, Outcome, str]]:
    extension = copy.top / EXTENSION
    (extension / "stryker.json").write_text(json.dumps(_configure(path, workers)), "utf-8")
    (extension / "report.json").unlink(missing_ok=True)
    command = [stryker, "run", "stryker.json"]
    subprocess.run(command, cwd=extension, check=True, env=_environment(checkout))
    report = extension / "report.json"
    return list(read_report(json.loads(report.read_text("utf-8")))) if report.exists() else []


def _configure(path: str, workers: int) -> dict[str, Any]:
    return {
        "mutate": [path.removeprefix(f"{EXTENSION}/")],
        "inPlace": True,
        "buildCommand": "node esbuild.mjs --tests",
        "testRunner": "command",
        "commandRunner": {"command": _TESTS},
        "mutator": {"excludedMutations": _NOT_MADE},
        "timeoutMS": _LIMIT_MS,
        "concurrency": workers,
        "reporters": ["json", "progress-append-only"],
        "jsonReporter": {"fileName": "report.json"},
        "coverageAnalysis": "off",
        "dryRunTimeoutMinutes": 2,
        "disableTypeChecks": True,
        "allowEmpty": True,
        "checkers": [],
    }


def read_report(report: dict[str, Any]) -> Iterator[tuple[Mutant, Outcome, str]]:
    """Yields each mutant of a report of Stryker's that ran, and what became of it."""
    for path, file in report["files"].items():
        for mutant in file["mutants"]:
            outcome = _OUTCOMES.get(mutant["status"])
            if outcome is not None:
                changed = _apply(file["source"], mutant["location"], mutant["replacement"])
                line, before, after = describe_change(file["source"], changed)
                by = ", ".join(mutant.get("killedBy", []))
                name = mutant["mutatorName"]
                full = f"{EXTENSION}/{path}"
                yield Mutant(full, line, name, before, after, changed), outcome, by


def _apply(source: str, location: dict[str, dict[str, int]], text: str) -> str:
    lines = source.splitlines(keepends=True)
    start, end = (
        sum(map(len, lines[: place["line"] - 1])) + place["column"] - 1
        for place in (location["start"], location["end"])
    )
    return source[:start] + text + source[end:]


def _environment(checkout: Path) -> dict[str, str]:
    """Returns the environment with the Node that the extension's checks use, if it is there."""
    path = os.pathsep.join([str(checkout / ".cache" / "vscode" / "bin"), os.environ["PATH"]])
    return {**os.environ, "PATH": path}
