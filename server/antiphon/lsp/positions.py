"""Ranges that clients name, applied to texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.positions import offset_at

if TYPE_CHECKING:
    from antiphon.model.commands import Range


def cut(text: str, span: Range) -> str:
    """The part of `text` within `span`; a place past the end of a line or text is that end."""
    first, last = offset_at(text, span.start), offset_at(text, span.end)
    return text[first : max(first, last)]
