"""The packages form layers: no import circles, no crowded folders, and a law for each package."""

from __future__ import annotations

import ast
import tomllib
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any, Final

import grimp
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

MOST_ENTRIES: Final = 12
REASON: Final = "More than twelve entries: "
ROOTS: Final = ("antiphon", "antiphon_client", "antiphon_terminal")
LAYERED: Final = (
    "antiphon.engine",
    "antiphon.history",
    "antiphon.lsp",
    "antiphon.providers",
    "antiphon.settings",
    "antiphon_terminal",
)


def circle(imports: Mapping[str, set[str]]) -> list[str]:
    """Returns one circle of modules, the first of them again at its end; none if there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as problem:
        return problem.args[1]
    return []


@pytest.fixture
def folders(python_files: Callable[..., list[Path]]) -> list[Path]:
    """Every folder of Python code that is written by hand."""
    return sorted({path.parent for path in python_files("server", "clients")})


def docstring(folder: Path) -> str:
    package = folder / "__init__.py"
    if not package.exists():
        return ""
    return ast.get_docstring(ast.parse(package.read_text(encoding="utf-8"))) or ""


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports inside functions and for types alone count: they say who knows whom."""
    graph = grimp.build_graph(*ROOTS, exclude_type_checking_imports=False, cache_dir=None)
    imports = {each: graph.find_modules_directly_imported_by(each) for each in graph.modules}
    assert circle(imports) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.parametrize("package", LAYERED)
def test_the_packages_of_each_part_form_layers(package: str, root: Path) -> None:
    """Each contract names every module and package: what is new has to be given its place."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    linter: dict[str, Any] = settings["tool"]["importlinter"]
    assert linter["exclude_type_checking_imports"] is False
    contracts = [each for each in linter["contracts"] if package in each.get("containers", ())]
    assert [(each["type"], each["exhaustive"]) for each in contracts] == [("layers", True)]


def test_a_folder_has_few_entries_or_says_why_not(folders: list[Path], root: Path) -> None:
    crowded = {
        str(folder.relative_to(root)): entries
        for folder in folders
        if (entries := len([each for each in folder.iterdir() if each.name != "__pycache__"]))
        > MOST_ENTRIES
        and REASON not in docstring(folder)
    }
    assert not crowded


def test_each_package_says_what_it_does_and_what_it_must_not_know(
    folders: list[Path], root: Path
) -> None:
    packages = [folder for folder in folders if (folder / "__init__.py").exists()]
    short = [
        str(folder.relative_to(root)) for folder in packages if docstring(folder).count(".") < 2
    ]
    assert not short
