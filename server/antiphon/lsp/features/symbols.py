"""Symbols and folds of a pane document, from where its messages stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.capabilities import get_capability

from antiphon.model.values.uri import SCHEME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.lsp.features.outline import MessageSpan


def is_ours(uri: str) -> bool:
    """Whether the document is one of the server's own."""
    return uri.startswith(f"{SCHEME}:")


def symbols_of(
    uri: str, spans: Sequence[MessageSpan], client: types.ClientCapabilities
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    """One symbol a message; the flat, older form for a client that knows no other."""
    nested = "text_document.document_symbol.hierarchical_document_symbol_support"
    if get_capability(client, nested):
        return [_symbol(span) for span in spans]
    return [_information(uri, span) for span in spans]


def folds_of(spans: Sequence[MessageSpan]) -> list[types.FoldingRange]:
    """One fold a message, one a code block and one for thinking, where they have several lines.

    Thinking folds as a comment does: editors have one command that folds all comments.
    """
    return [fold for span in spans for fold in _folds(span)]


def _folds(span: MessageSpan) -> Iterator[types.FoldingRange]:
    # A message that ends at the start of a line does not reach into that line.
    end = span.end_line if span.end_character else span.end_line - 1
    if end > span.start_line:
        yield types.FoldingRange(span.start_line, end, kind=types.FoldingRangeKind.Region)
    if span.thinking is not None and span.thinking[1] > span.thinking[0]:
        yield types.FoldingRange(*span.thinking, kind=types.FoldingRangeKind.Comment)
    for first, last in span.code_blocks:
        if last > first:
            yield types.FoldingRange(first, last)


def _symbol(span: MessageSpan) -> types.DocumentSymbol:
    start = types.Position(span.start_line, span.start_character)
    return types.DocumentSymbol(
        name=span.name or "message",  # an empty name is an error to some clients
        detail=span.detail,
        kind=types.SymbolKind.String,
        range=_range(span),
        selection_range=types.Range(start, start),
    )


def _information(uri: str, span: MessageSpan) -> types.SymbolInformation:
    return types.SymbolInformation(
        name=span.name or "message",
        kind=types.SymbolKind.String,
        location=types.Location(uri, _range(span)),
    )


def _range(span: MessageSpan) -> types.Range:
    return types.Range(
        types.Position(span.start_line, span.start_character),
        types.Position(span.end_line, span.end_character),
    )
