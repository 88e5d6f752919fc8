"""What a benchmark measures for minutes has its place in docs/benchmarks.md before it begins."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def tables_in(path: Path) -> Iterator[str]:
    """The names of the tables that a benchmark makes."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            name = node.args[0]
            if node.func.id == "Table" and isinstance(name, ast.Constant):
                yield name.value


def test_every_table_has_its_place_on_the_page(root: Path) -> None:
    page = (root / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    names = {name for path in (root / "benchmarks").rglob("*.py") for name in tables_in(path)}
    assert len(names) > 10
    marks = [(f"<!-- begin {name} -->", f"<!-- end {name} -->") for name in sorted(names)]
    assert [pair for pair in marks if page.count(pair[0]) != 1 or page.count(pair[1]) != 1] == []
