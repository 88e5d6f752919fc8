"""Finds the tests of a module: those that mirror it, then the rest of its package's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_TREES: Final = {
    "server/antiphon": "tests",
    "clients/antiphon_client": "tests/client",
    "clients/antiphon_terminal": "tests/terminal",
}


@dataclass(frozen=True)
class MirroredTests:
    """The test files of one module, from the top of the checkout."""

    package: str
    """The folder with all the tests of the module's package."""
    folder: str
    """The folder that mirrors the module's, or the nearest above it that exists."""
    own: tuple[str, ...]
    """The files that mirror the module."""
    rest: tuple[str, ...]
    """The package's other files, the nearest first."""


def find_mirrored_tests(root: Path, module: str) -> MirroredTests:
    """Returns the tests of a module, whose path is from the top of the checkout.

    Raises `ValueError` for a module that is in none of the mirrored trees.
    """
    path = PurePosixPath(module)
    tree = next((each for each in _TREES if path.is_relative_to(each)), None)
    if tree is None:
        raise ValueError(f"{module} is in none of {', '.join(_TREES)}.")
    below = path.relative_to(tree)
    folder = PurePosixPath(_TREES[tree]) / below.parent
    is_server = tree == "server/antiphon"
    package = PurePosixPath("tests") / below.parts[0] if is_server else PurePosixPath(_TREES[tree])
    if is_server and len(below.parts) == 1:  # a module at the top: its tests are in no package
        package = folder = PurePosixPath("tests/lsp")
    while folder != package and not (root / folder).is_dir():
        folder = folder.parent  # a folder may have the tests of those below it
    names = tuple(f"test_{prefix}{path.stem}" for prefix in ("", f"{path.parent.name}_"))
    files = [
        each.relative_to(root).as_posix() for each in sorted((root / package).rglob("test_*.py"))
    ]
    own = [each for each in files if _is_own(PurePosixPath(each), folder, names)]
    rest = [each for each in files if each not in own]
    rest.sort(key=lambda each: -_common(PurePosixPath(each).parent.parts, folder.parts))
    return MirroredTests(str(package), str(folder), tuple(own), tuple(rest))


def _is_own(file: PurePosixPath, folder: PurePosixPath, names: tuple[str, ...]) -> bool:
    mirrors = any(file.stem == name or file.stem.startswith(f"{name}_") for name in names)
    return mirrors and file.parent == folder


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """Returns how many folders two paths share from the top."""
    pairs = zip(one, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
