"""The dependency law, which pyproject.toml states, holds and is able to fail."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import grimp
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess

    from importlinter import ContractCheck


@pytest.fixture
def contract(root: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ContractCheck]:
    """Checks one `imports_only` contract against a graph."""
    monkeypatch.syspath_prepend(str(root))
    from scripts.import_contract import ImportsOnlyContract

    def check(graph: grimp.ImportGraph, *allowed: str) -> ContractCheck:
        options = {"package": "ours", "allowed": list(allowed)}
        made = ImportsOnlyContract("law", session_options={}, contract_options=options)
        return made.check(graph, verbose=False)

    return check


def graph_of(*imports: tuple[str, str]) -> grimp.ImportGraph:
    graph = grimp.ImportGraph()
    graph.add_module("ours")
    for importer, imported in imports:
        graph.add_module(importer)
        graph.add_module(imported)
        graph.add_import(importer=importer, imported=imported)
    return graph


def test_imports_point_one_way(run: Callable[..., CompletedProcess[str]]) -> None:
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = run("-c", script, "--no-cache")
    assert done.returncode == 0, done.stdout


def test_what_is_on_no_list_breaks_the_law(contract: Callable[..., ContractCheck]) -> None:
    check = contract(
        graph_of(("ours.part", "theirs.core"), ("ours.part", "allowed.core")), "allowed"
    )
    assert not check.kept
    assert check.metadata["illegal"] == ["ours.part imports theirs.core"]


def test_a_package_may_import_itself_and_the_standard_library(
    contract: Callable[..., ContractCheck],
) -> None:
    assert "json" in sys.stdlib_module_names
    assert contract(graph_of(("ours.a", "ours.b"), ("ours.b", "json"))).kept


def test_a_name_that_only_begins_like_an_allowed_one_is_not_allowed(
    contract: Callable[..., ContractCheck],
) -> None:
    assert not contract(graph_of(("ours", "allowed_too")), "allowed").kept
