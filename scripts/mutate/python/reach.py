"""Chooses the tests that can notice a change, from what a clean run recorded.

A change inside a function is noticed by tests that call it; one at the level of a module or a class
by tests that call anything in the module or in one that imports it. A test that starts processes
may run anything in them: those of the folder that mirrors the module's are chosen too.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class RecordedTest:
    """What a clean run showed of one test."""

    name: str
    seconds: float
    spawned: bool
    reached: frozenset[tuple[str, int]]
    """Functions, each by its file from the top of the checkout and its first line."""

    @property
    def file(self) -> str:
        """The test's file."""
        return self.name.partition("::")[0]


def read_recording(tests: dict[str, Any]) -> list[RecordedTest]:
    """Returns the tests that passed, in their order."""
    return [
        RecordedTest(
            name,
            each["seconds"],
            each["spawned"],
            frozenset((file, line) for file, line in each["reached"]),
        )
        for name, each in tests.items()
        if each["passed"]
    ]


def find_function(source: str, line: int) -> tuple[int, int] | None:
    """Returns the first and the last line of the outermost function whose body has the line.

    `None` if it is outside all bodies, or if the function's results are kept, so that only the
    first test that needed one has called it.
    """
    for node in _outermost(ast.parse(source).body):
        decorators = [ast.unparse(each) for each in node.decorator_list]
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        last = node.end_lineno or node.lineno
        if first <= line <= last:
            is_kept = any("cache" in each for each in decorators)
            return None if is_kept or line < node.body[0].lineno else (first, last)
    return None


def _outermost(body: Iterable[ast.stmt]) -> Iterable[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        else:
            inner = (each for each in ast.iter_child_nodes(node) if isinstance(each, ast.stmt))
            yield from _outermost(inner)


def find_importers(sources: dict[str, str], module: str) -> set[str]:
    """Returns a module and the modules that import it, a package that passes its names on included.

    `sources` has the text of each module by its path.
    """
    found = {module}
    names = [_dotted(module)]
    for name in names:
        package, _, last = name.rpartition(".")
        for path, text in sources.items():
            is_named = name in text or (f"from {package} import" in text and last in text)
            if is_named and path not in found:
                found.add(path)
                if path.endswith("__init__.py"):
                    names.append(_dotted(path))
    return found


def _dotted(path: str) -> str:
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    return ".".join(parts[1:])


def choose_tests(
    tests: Sequence[RecordedTest],
    function: tuple[int, int] | None,
    importers: set[str],
    folder: str,
) -> list[RecordedTest]:
    """Returns the tests that can notice a change in a function, or at a module's level.

    `importers` has the module, and for a change at its level those that import it.
    """

    def reaches(test: RecordedTest) -> bool:
        if function is None:
            return any(file in importers for file, _ in test.reached)
        first, last = function
        return any(file in importers and first <= line <= last for file, line in test.reached)

    in_folder = [each for each in tests if each.file.startswith(f"{folder}/")]
    reaching = [each for each in tests if reaches(each)]
    if not reaching:  # it runs in other processes, if anywhere
        return in_folder
    return reaching + [each for each in in_folder if each.spawned and not reaches(each)]
