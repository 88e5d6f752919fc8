"""The shape of the code: small modules, small functions, names that say what is inside."""

from __future__ import annotations

import ast
import re
from statistics import median, quantiles
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LONGEST_FILE = 300
MEDIAN_FILE = 120
FUNCTION_P95 = 40
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}
CODE = {".py", ".ts", ".js", ".lua", ".sh"}
OWN_WORDS = re.compile(r"\b(TODO|FIXME|XXX)\b")
# Homes of users, and the places where a build machine keeps its checkouts.
MACHINE_PATHS = re.compile(r"(?<![\w.~/-])/(work|farm|root|builds|Users/\w+)/")


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def is_generated(path: Path, root: Path) -> bool:
    return path.is_relative_to(root / "clients" / "protocol") or path.name == "uv.lock"


def function_lengths(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield node.end_lineno - node.lineno + 1


def test_no_file_written_by_hand_is_longer_than_a_reader_can_hold(
    kept_files: list[Path], root: Path
) -> None:
    code = [path for path in kept_files if path.suffix in CODE and not is_generated(path, root)]
    long = {str(path.relative_to(root)): lines(path) for path in code if lines(path) > LONGEST_FILE}
    assert not long


def test_the_usual_module_is_short(python_files: Callable[..., list[Path]]) -> None:
    assert median(map(lines, python_files("server", "clients"))) <= MEDIAN_FILE


def test_functions_fit_on_a_screen(python_files: Callable[..., list[Path]]) -> None:
    files = python_files("server", "clients", "scripts", "benchmarks")
    lengths = [length for path in files for length in function_lengths(path)]
    assert quantiles(lengths, n=20)[-1] <= FUNCTION_P95


def test_no_module_has_a_name_that_says_nothing(kept_files: list[Path], root: Path) -> None:
    parts = {part for path in kept_files for part in path.relative_to(root).with_suffix("").parts}
    assert not parts & EMPTY_NAMES


@pytest.mark.parametrize("pattern", [OWN_WORDS, MACHINE_PATHS], ids=["postponed", "machine paths"])
def test_no_file_holds_what_belongs_elsewhere(
    pattern: re.Pattern[str], kept_files: list[Path], root: Path
) -> None:
    texts = (path for path in kept_files if path.name not in {"uv.lock", "test_shape.py"})
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:80]}"
        for path in texts
        if path.suffix not in {".png", ".gif", ".gz"}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found
