"""Offers corrections of a prompt file: the nearest name, a declaration of an input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from antiphon.engine.source_text.yaml_nodes import MappingNode
from antiphon.lsp.features.language_server.locations import lsp_range, to_range
from antiphon.model.values.positions import LINE_END, offsets_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.engine.source_text.problems import SourceProblem
    from antiphon.lsp.features.prompt_files.documents import PromptDocument, PromptDocuments


async def list_corrections(
    documents: PromptDocuments, params: types.CodeActionParams
) -> list[types.CodeAction]:
    """Returns the corrections of the problems within a range of an open prompt file."""
    document = await documents.find(params.text_document.uri)
    if document is None:
        return []
    start, end = offsets_of(document.text, to_range(params.range))
    analysis = await documents.analyse(document)
    return [
        action
        for problem in analysis.problems
        if problem.start <= end and start <= problem.end
        for action in _corrections(document, problem)
    ]


def _corrections(document: PromptDocument, problem: SourceProblem) -> Iterator[types.CodeAction]:
    for name in problem.replacements:
        yield _action(document, f"Change to {name}", problem.start, problem.end, name)
    if problem.missing_input is not None:
        edit = _declaration(document, problem.missing_input)
        if edit is not None:
            title = f"Declare the input {problem.missing_input}"
            yield _action(document, title, edit[0], edit[0], edit[1])


def _action(
    document: PromptDocument, title: str, start: int, end: int, text: str
) -> types.CodeAction:
    edit: Any = types.TextEdit(lsp_range(document.lines.range(start, end)), text)
    return types.CodeAction(
        title,
        kind=types.CodeActionKind.QuickFix,
        edit=types.WorkspaceEdit(changes={document.uri: [edit]}),
    )


def _declaration(document: PromptDocument, name: str) -> tuple[int, str] | None:
    """Returns where and how an input is declared, or `None` if that is not simple."""
    text, split = document.text, document.file.split
    first_end = LINE_END.search(text)
    eol = first_end[0] if first_end else "\n"
    if split.problem is not None:
        return None
    if not split.has_front_matter:
        return split.body_start, f"---{eol}inputs:{eol}  {name}:{eol}---{eol}"
    pair = document.file.fields.find("inputs") if document.file.fields is not None else None
    if pair is None:
        return split.yaml_end, f"inputs:{eol}  {name}:{eol}"
    if not isinstance(pair.value, MappingNode) or not pair.value.pairs:
        return None
    if text[pair.value.start] == "{":
        return pair.value.start + 1, f"{name}: {{}}, "
    key = pair.value.pairs[0].key
    indent = " " * document.lines.at(key.start)[1]
    return key.start, f"{name}:{eol}{indent}"
