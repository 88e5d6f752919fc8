"""The note below an answer that ended well and has no text: why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from antiphon.engine.ports.deltas import ANSWER_LIMIT, ASKED_FOR_TOOL

if TYPE_CHECKING:
    from antiphon.engine.pane.live_pane import LivePane

_SHOWN: Final = 80
"""Letters of a finish reason that are repeated."""


def note_on_empty_answer(reason: str, live: LivePane) -> str | None:
    """The note on an answer that ended with `reason`, or `None` if it has text.

    What the model asked for in place of writing is noted by the provider's adapter.
    """
    if not live.is_blank or reason == ANSWER_LIMIT:
        return None
    note = f'the answer has no text; the provider ended it with "{reason[:_SHOWN]}"'
    tokens, estimated = live.tally.thinking()
    if not tokens or ASKED_FOR_TOOL in live.notes:
        return note
    about = "about " if estimated else ""
    return f"{note} when all of its tokens ({about}{tokens:,}) had gone into thinking"
