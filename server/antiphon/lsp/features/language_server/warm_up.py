"""Converts one of each message before the first real one arrives.

cattrs compiles a function for each type when it first meets it, which takes milliseconds that the
event loop must not spend. So all types are met in the thread that imports pygls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lsprotocol import types

if TYPE_CHECKING:
    from collections.abc import Callable

_START: Final = {"line": 0, "character": 0}
_RANGE: Final = {"start": _START, "end": _START}
_DOCUMENT: Final = {"uri": "untitled:1", "languageId": "", "version": 1, "text": ""}
_OF_DOCUMENT: Final[dict[str, Any]] = {"textDocument": _DOCUMENT}
_AT_POSITION: Final = {**_OF_DOCUMENT, "position": _START}
PARAMS: Final[dict[str, dict[str, Any]]] = {
    "textDocument/didOpen": _OF_DOCUMENT,
    "textDocument/didChange": {
        **_OF_DOCUMENT,
        "contentChanges": [{"range": _RANGE, "text": ""}, {"text": ""}],
    },
    "textDocument/didClose": _OF_DOCUMENT,
    "textDocument/documentSymbol": _OF_DOCUMENT,
    "textDocument/foldingRange": _OF_DOCUMENT,
    "textDocument/hover": _AT_POSITION,
    "textDocument/definition": _AT_POSITION,
    "textDocument/references": {**_AT_POSITION, "context": {"includeDeclaration": True}},
    "textDocument/codeLens": _OF_DOCUMENT,
    "textDocument/codeAction": {**_OF_DOCUMENT, "range": _RANGE, "context": {"diagnostics": []}},
    "textDocument/completion": _AT_POSITION,
    "textDocument/documentLink": _OF_DOCUMENT,
    "workspace/didChangeWorkspaceFolders": {
        "event": {"added": [{"uri": "file:///", "name": ""}], "removed": []}
    },
}


def meet_types(
    structure: Callable[[dict[str, Any]], Any], unstructure: Callable[[Any], Any]
) -> None:
    """Passes one of each message and result through the converter."""
    for method, params in PARAMS.items():
        structure({"id": 0, "method": method, "params": params})
    for result in _results():
        unstructure(result)


def _results() -> list[Any]:
    start = types.Position(0, 0)
    span = types.Range(start, start)
    command = types.Command("", "", arguments=[{}])
    return [
        types.DocumentSymbol("", types.SymbolKind.String, span, span, ""),
        types.SymbolInformation(types.Location("", span), "", types.SymbolKind.String),
        types.FoldingRange(0, 1, kind=types.FoldingRangeKind.Region),
        types.Hover(types.MarkupContent(types.MarkupKind.Markdown, ""), span),
        types.CodeLens(span, command),
        types.CodeAction("", kind=types.CodeActionKind.Refactor, command=command),
        types.CodeAction("", edit=types.WorkspaceEdit(changes={"": [types.TextEdit(span, "")]})),
        types.CompletionItem("", text_edit=types.TextEdit(span, "")),
        types.DocumentLink(span, ""),
    ]
