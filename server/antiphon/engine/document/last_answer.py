"""Finds the one answer that is meant if only a pane is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane


def describe_empty(answer: Message) -> str:
    """Returns why an `answer` has no text, as a verb phrase: `is failed`, `is empty`."""
    return "is empty" if answer.status == "complete" else f"is {answer.status}"


def last_own_answer(messages: Sequence[Message]) -> Message | None:
    """Returns the pane's last own answer, or `None` if there is no answer at all.

    If the pane has no own answer, the last one that was transferred into it is returned.
    """
    answers = [message for message in messages if message.role == "assistant"]
    own = [each for each in answers if each.provenance is None or each.provenance.via == "fork"]
    return (own or answers or [None])[-1]


def last_answer(pane: Pane, messages: Sequence[Message], field: str) -> Message:
    """Returns the last own answer of a pane.

    Raises `AntiphonError` of kind `invalid_params` with `field` if it has none.
    """
    answer = last_own_answer(messages)
    if answer is not None:
        return answer
    raise error(
        "invalid_params",
        f"The pane {pane.title} has no answer yet.",
        hint="Ask in this pane first, or choose another one.",
        field=field,
    )
