"""Lists the symbols and folds of a pane document: its messages and their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.capabilities import get_capability

from antiphon.lsp.features.language_server.locations import is_ours
from antiphon.lsp.features.prompt_files.symbols import outline_prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.lsp.features.language_server.server import AntiphonServer
    from antiphon.lsp.features.outline import MessageSpan


def register(server: AntiphonServer) -> None:
    """Registers both features."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def document_symbol(
        ls: AntiphonServer, params: types.DocumentSymbolParams
    ) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
        """Lists the messages of a pane, the parts of a prompt file, and nothing else."""
        uri = params.text_document.uri
        return symbols_of(uri, await _outline(ls, uri), ls.client_capabilities)

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folding_range(
        ls: AntiphonServer, params: types.FoldingRangeParams
    ) -> list[types.FoldingRange]:
        """Lists the folds of a pane or a prompt file, and none for other documents."""
        return folds_of(await _outline(ls, params.text_document.uri))


async def _outline(ls: AntiphonServer, uri: str) -> Sequence[MessageSpan]:
    return await (ls.services.outline(uri) if is_ours(uri) else outline_prompt(ls.prompts, uri))


def symbols_of(
    uri: str, spans: Sequence[MessageSpan], client: types.ClientCapabilities
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    """Returns one symbol a message, flat for a client that knows no other form."""
    nested = "text_document.document_symbol.hierarchical_document_symbol_support"
    if get_capability(client, nested):
        return [_symbol(span) for span in spans]
    return [_information(uri, span) for span in spans]


def folds_of(spans: Sequence[MessageSpan]) -> list[types.FoldingRange]:
    """Yields a fold for each message, code block and reasoning of several lines.

    Reasoning folds as a comment does: editors have one command that folds all comments.
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
