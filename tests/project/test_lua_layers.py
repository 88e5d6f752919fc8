"""The modules of the Neovim plugin: which folder may require which, and that no circle exists."""

from __future__ import annotations

import re
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = (
    {"health", "command"},
    {"init"},
    {"answers", "history", "meter"},
    {"ask"},
    {"layout"},
    {"panes"},
    {"server"},
    {"ui"},
    {"config"},
)
"""Top to bottom: a folder requires what is below it, and folders of one layer never each other."""

MOST_ENTRIES = 12
REQUIRE = re.compile(r"""(?:require\s*\(?\s*|package\.loaded\[)["']antiphon(?:\.([\w.]+))?["']""")
COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)


def required(text: str) -> set[str]:
    """The plugin's modules that a Lua file requires, at once or later, or asks for if loaded."""
    return {name or "init" for name in REQUIRE.findall(COMMENT.sub("", text))}


def folder(module: str) -> str:
    """The folder below `lua/antiphon` that has the module, or the module itself."""
    return module.partition(".")[0]


def layer(module: str) -> int:
    """The number of a module's layer, from the top."""
    return next(index for index, names in enumerate(LAYERS) if folder(module) in names)


@pytest.fixture
def lua(root: Path) -> Path:
    return root / "neovim-plugin" / "lua" / "antiphon"


@pytest.fixture
def graph(lua: Path) -> dict[str, set[str]]:
    """Every module of the plugin, and those that it requires besides itself."""
    found: dict[str, set[str]] = {}
    for path in lua.rglob("*.lua"):
        parts = path.relative_to(lua).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "init" and len(parts) > 1 else parts)
        found[name] = required(path.read_text(encoding="utf-8")) - {name}
    return found


def test_requires_inside_of_functions_and_strings_count_and_comments_do_not() -> None:
    text = """
    -- require('antiphon.comment')
    local top = require('antiphon.top')
    local function later()
      return require("antiphon.folder.later").run() or package.loaded['antiphon.loaded']
    end
    vim.o.tabline = "%!v:lua.require'antiphon.quoted'.text()"
    require('antiphon').ask()
    """
    assert required(text) == {"top", "folder.later", "loaded", "quoted", "init"}


def test_every_module_that_is_required_exists(graph: dict[str, set[str]]) -> None:
    assert set().union(*graph.values()) <= graph.keys()


def test_no_module_requires_itself_by_way_of_others(graph: dict[str, set[str]]) -> None:
    order = list(TopologicalSorter(graph).static_order())
    assert set(order) == graph.keys()


def test_a_folder_requires_only_those_below_it(graph: dict[str, set[str]]) -> None:
    upwards = {
        f"{module} requires {other}"
        for module, others in graph.items()
        for other in others
        if folder(module) != folder(other) and layer(other) <= layer(module)
    }
    assert not upwards


def test_no_folder_has_more_entries_than_a_reader_takes_in(lua: Path) -> None:
    folders = [lua, *(path for path in lua.rglob("*") if path.is_dir())]
    sizes = {path.name: len(list(path.iterdir())) for path in folders}
    assert {name: size for name, size in sizes.items() if size > MOST_ENTRIES} == {}
