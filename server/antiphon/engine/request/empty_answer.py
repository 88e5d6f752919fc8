"""Explains an answer that ended well and has no text, in a note below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.deltas import ANSWER_LIMIT, ASKED_FOR_TOOL

if TYPE_CHECKING:
    from antiphon.engine.pane.live_pane import LivePane

_MAX_REASON: Final = 80
"""The most characters of a finish reason that a note repeats."""


def note_on_empty_answer(reason: str, live: LivePane) -> str | None:
    """Returns a note on an answer that ended without text, or `None`.

    `reason` is the provider's finish reason. `None` is returned if the answer has text or was cut.

    If the model asked for a tool instead, the provider's adapter adds its own note.
    """
    if not live.is_blank or reason == ANSWER_LIMIT:
        return None
    note = f'the answer has no text; the provider ended it with "{reason[:_MAX_REASON]}"'
    tokens, estimated = live.usage_meter.reasoning_tokens()
    if not tokens or ASKED_FOR_TOOL in live.notes:
        return note
    about = "about " if estimated else ""
    return f"{note} when all of its tokens ({about}{tokens:,}) had gone into thinking"
