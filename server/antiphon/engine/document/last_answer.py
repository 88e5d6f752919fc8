"""Which answer stands for a pane where a pane is named and one answer is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from antiphon.model.failure import error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane


def describe_empty(answer: Message) -> str:
    """What is said of an `answer` that has no text: `is failed`, `is empty`."""
    return "is empty" if answer.status == "complete" else f"is {answer.status}"


def last_own_answer(messages: Sequence[Message]) -> Message | None:
    """The last answer of a pane's own; one that was sent into it only where it has given none."""
    answers = [message for message in messages if message.role == "assistant"]
    own = [each for each in answers if each.provenance is None or each.provenance.via == "fork"]
    return (own or answers or [None])[-1]


def last_answer(pane: Pane, messages: Sequence[Message], field: str) -> Message:
    """The answer that stands for a pane. Raises `AntiphonError` where it has none."""
    answer = last_own_answer(messages)
    if answer is not None:
        return answer
    raise error(
        "invalid_params",
        f"The pane {pane.title} has no answer yet.",
        hint="Ask in it first, or choose another pane.",
        field=field,
    )
