"""The commands that search the history and look after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from antiphon.engine.library import Upkeep
    from antiphon.engine.search import Searcher
    from antiphon.lsp.commands import Command


def search_commands(searcher: Searcher, upkeep: Upkeep) -> dict[str, Command]:
    """The handlers, by the commands' names."""
    return {
        "antiphon.history.search": lambda params, _: searcher.search(params),
        "antiphon.history.stats": lambda _, __: upkeep.stats(),
        "antiphon.history.vacuum": lambda _, __: upkeep.vacuum(),
        "antiphon.history.verify": lambda _, __: upkeep.verify(),
    }
