"""Finds what was done in a session: which run asked what, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from antiphon.model.conversation.message import ContextDigest, Message
    from antiphon.model.conversation.session import Pane, Session


class PaneTurn(Struct):
    """What one pane was given at once, and its answer."""

    pane: Pane
    is_first: bool
    """Whether the pane began with it."""
    system: str | None = None
    transferred: list[Message] = field(default_factory=list["Message"])
    """The messages that came from other panes."""
    prompt: str | None = None
    context: Sequence[ContextDigest] = ()
    answer: Message | None = None
    """The answer that the pane has now, which may have been regenerated."""
    order: str = ""
    """The id of the first message: ids rise with time."""

    @property
    def key(self) -> tuple[object, ...]:
        """Tells the turns of one run, or of one transfer, from all others."""
        run = self.run_id
        if run is not None:
            return (run,)
        sources = tuple(m.provenance.message_id for m in self.transferred if m.provenance)
        times = tuple(m.provenance.transferred_at for m in self.transferred if m.provenance)
        return (sources, times[:1])

    run_id: str | None = None


class Turn(Struct):
    """What was done at once: one run, or one transfer without an answer."""

    panes: list[PaneTurn]

    @property
    def order(self) -> str:
        """The id of its first message: ids rise with time."""
        return min(each.order for each in self.panes)


def list_turns(session: Session, messages: Sequence[Message]) -> list[Turn]:
    """Returns what was done in a session, in order."""
    by_pane: dict[str, list[Message]] = {}
    for message in messages:
        by_pane.setdefault(message.pane_id, []).append(message)
    found: dict[tuple[object, ...], Turn] = {}
    turns = [turn for pane in session.panes for turn in _turns_of(pane, by_pane.get(pane.id, []))]
    for turn in sorted(turns, key=lambda each: each.order):
        found.setdefault(turn.key, Turn([])).panes.append(turn)
    ordered = [pane.id for pane in session.panes]
    for each in found.values():
        each.panes.sort(key=lambda turn: ordered.index(turn.pane.id))
    return list(found.values())


def _turns_of(pane: Pane, messages: Sequence[Message]) -> list[PaneTurn]:
    """Splits a pane's document: a turn ends with its answer, or where another run begins."""
    found: list[PaneTurn] = []
    current: PaneTurn | None = None
    for message in messages:
        is_own_answer = message.role == "assistant" and message.provenance is None
        if current is None or (not is_own_answer and message.run_id != current.run_id):
            current = PaneTurn(pane, is_first=not found, order=message.id, run_id=message.run_id)
            found.append(current)
        if is_own_answer:
            current.answer = message
            current = None
        elif message.provenance is not None and message.provenance.via == "sendTo":
            current.transferred.append(message)
        elif message.role == "system":
            current.system = message.content
        elif message.role == "user":
            current.prompt = message.content
            current.context = message.context or ()
    return found
