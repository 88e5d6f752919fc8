"""The commands that lay answers beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.engine.compare import Comparer
    from antiphon.engine.ports import ContextReader
    from antiphon.engine.survey import Surveyor
    from antiphon.lsp.commands import Command


def comparison_commands(
    comparer: Comparer, surveyor: Surveyor, reader: Callable[[], ContextReader]
) -> Mapping[str, Command]:
    """`antiphon.compare` and `antiphon.consensus`; `reader` reads the editor's own documents."""
    return {
        "antiphon.compare": lambda params, _: comparer.compare(params, reader()),
        "antiphon.consensus": lambda params, _: surveyor.consensus(params),
    }
