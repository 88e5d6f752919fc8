"""Outlines a prompt file: its keys, and its turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.lsp.features.outline import MessageSpan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.lsp.features.prompt_files.documents import PromptDocument, PromptDocuments

_TITLE_LENGTH = 60


async def outline_prompt(documents: PromptDocuments, uri: str) -> Sequence[MessageSpan]:
    """Returns the parts of an open prompt file, in the order of its text."""
    document = await documents.find(uri)
    return [] if document is None else list(_spans(document))


def _spans(document: PromptDocument) -> Iterator[MessageSpan]:
    file = document.file
    for pair in file.fields.pairs if file.fields is not None else ():
        start, end = pair.key.start, max(pair.key.end, pair.value.end)
        yield _span(document, pair.name, "", start, end)
    for turn in file.turns:
        words = " ".join(turn.text.split())
        shown = words if len(words) <= _TITLE_LENGTH else words[: _TITLE_LENGTH - 1] + "…"
        yield _span(document, turn.role, shown, turn.heading_start, turn.end)


def _span(document: PromptDocument, name: str, detail: str, start: int, end: int) -> MessageSpan:
    # YAML ends a block where the next key begins.
    trimmed = start + len(document.text[start:end].rstrip())
    first, last = document.lines.at(start), document.lines.at(trimmed)
    return MessageSpan(name, detail, *first, *last)
