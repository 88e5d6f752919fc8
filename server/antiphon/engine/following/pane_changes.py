"""Compares a pane's messages with newer ones from the history."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from antiphon.engine.document import render
from antiphon.engine.document.render import end_position
from antiphon.model.conversation.events import StartEvent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from antiphon.model.conversation.message import Message
    from antiphon.model.conversation.session import Pane


def goes_back(old: Sequence[Message], new: Sequence[Message]) -> bool:
    """Checks whether `new` was read before `old` was shown: text never moves backwards."""
    ids = [message.id for message in new]
    if ids != [message.id for message in old[: len(new)]]:
        return False
    if len(new) < len(old):
        return True
    return any(
        later.status == "streaming"
        and (before.status != "streaming" or len(later.content) < len(before.content))
        for before, later in zip(old, new, strict=True)
    )


def count_shared(old: Sequence[Message], new: Sequence[Message]) -> int:
    """Returns how many messages both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (a, b) in pairs if a.id != b.id), min(len(old), len(new)))


def only_grows(old: Sequence[Message], new: Sequence[Message], shared: int) -> bool:
    """Checks whether the events of runs can lead from `old` to `new`.

    They let the last answer grow, or add one. `shared` is how many messages both begin with.
    """
    if any(a.status != b.status for a, b in zip(old[: shared - 1], new, strict=False) if shared):
        return False
    left = old[shared:]
    if left:
        return len(left) == 1 and shared < len(new) and new[shared].run_id is not None
    return not shared or extends(old[-1], new[shared - 1])


def extends(old: Message, new: Message) -> bool:
    """Checks whether `new` is `old` with more text at its end, or is the same."""
    if old.status != "streaming":
        return old.status == new.status
    if not new.content.startswith(old.content):
        return False
    grown = render.thinking(new).startswith(render.thinking(old))
    return grown if not old.content else old.reasoning == new.reasoning


def group_by_run(messages: Sequence[Message]) -> Iterator[tuple[list[Message], Message | None]]:
    """Yields what each run added, with its answer, or without a run none."""
    for run_id, members in groupby(messages, key=lambda message: message.run_id):
        group = list(members)
        if run_id is not None and group[-1].role == "assistant":
            yield group[:-1], group[-1]
        else:
            yield group, None


def empty_answer(message: Message) -> Message:
    """Returns the answer as it was before its first text."""
    started = {"id", "pane_id", "run_id", "role", "created_at", "model", "provenance"}
    values = {name: getattr(message, name) for name in started}
    return type(message).model_validate({**values, "content": "", "status": "streaming"})


def build_start(
    pane: Pane,
    before: Sequence[Message],
    opening: Sequence[Message],
    answer: Message,
    replaced: Message | None,
) -> StartEvent:
    """Builds the first event of another server's answer, which is still empty."""
    blocks = [
        render.opening(message, first=not before and index == 0)
        + message.content
        + render.closing(message)
        for index, message in enumerate((*opening, answer))
    ]
    return StartEvent(
        pane_id=pane.id,
        message_id=answer.id,
        seq=1,
        model=answer.model or pane.model,
        append="".join(blocks),
        run_id=answer.run_id or "",
        pane=pane,
        cut_from=None if replaced is None else end_position(render.render(before)),
        messages=[*opening, answer],
        replaces=None if replaced is None else replaced.id,
    )
