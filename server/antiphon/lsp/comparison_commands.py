"""The commands that lay answers beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from antiphon.engine.compare import Comparer
    from antiphon.engine.ports import ContextReader
    from antiphon.engine.survey import Surveyor
    from antiphon.lsp.commands import Command
    from antiphon.lsp.requests import RequestContext
    from antiphon.model.comparison import CompareParams, CompareResult

_INFO: Final = 3
"""`MessageType.Info` of LSP 3.18."""


def comparison_commands(
    comparer: Comparer, surveyor: Surveyor, reader: Callable[[], ContextReader]
) -> Mapping[str, Command]:
    """`antiphon.compare` and `antiphon.consensus`; `reader` reads the editor's own documents."""

    async def compare(params: CompareParams, context: RequestContext) -> CompareResult:
        result = await comparer.compare(params, reader())
        if params.tell:
            message = {"type": _INFO, "message": _outcome(result)}
            context.connection.notify("window/showMessage", message)
        return result

    return {
        "antiphon.compare": compare,
        "antiphon.consensus": lambda params, _: surveyor.consensus(params),
    }


def _outcome(result: CompareResult) -> str:
    left, right, stats = result.left.label, result.right.label, result.stats
    return (
        f"{left} and {right} share {result.similarity:.0%} of their text: {stats.deleted:,} "
        f"characters are in {left} alone, {stats.inserted:,} in {right} alone."
    )
