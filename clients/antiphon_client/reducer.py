"""Reduces the events of a stream to the texts that a client shows, without I/O.

The rules are in clients/protocol/README.md, and clients/protocol/reducer_cases.json tests them in
the Python, the Lua and the TypeScript client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from antiphon.model.conversation.events import ErrorEvent, FinalEvent
from antiphon.model.values.positions import offset_at

if TYPE_CHECKING:
    from antiphon.model.conversation.events import StartEvent, StreamEvent


class Gap(Struct, frozen=True):
    """Events that never arrived: `got` arrived when `expected` was next."""

    pane_id: str
    message_id: str
    expected: int
    got: int


class _Text(Struct):
    """A text that grows by appends, joined when it is read."""

    parts: list[str] = field(default_factory=list[str])

    def value(self) -> str:
        if len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0] if self.parts else ""


class _Pane(Struct):
    text: _Text = field(default_factory=_Text)
    answering: str | None = None
    """The message whose run is open."""
    frozen: bool = False
    """Text is missing, so appending would only make it look complete."""
    refresh_due: bool = False


class _Answer(Struct):
    text: _Text = field(default_factory=_Text)
    next_seq: int = 1


class PaneReducer:
    """The documents of panes, and the text of each of their answers."""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self._panes: dict[str, _Pane] = {}
        self._answers: dict[str, _Answer] = {}

    @property
    def texts(self) -> dict[str, str]:
        """The document of every pane that is known, by its id."""
        return {pane_id: pane.text.value() for pane_id, pane in self._panes.items()}

    @property
    def messages(self) -> dict[str, str]:
        """The content of every answer that was streamed, by its message id."""
        return {message_id: answer.text.value() for message_id, answer in self._answers.items()}

    @property
    def needs_refresh(self) -> set[str]:
        """The panes whose text must be pulled, best after their run (see `is_answering`)."""
        return {pane_id for pane_id, pane in self._panes.items() if pane.refresh_due}

    def is_answering(self, pane_id: str) -> bool:
        """Checks whether a run of the pane has started and not ended yet."""
        return pane_id in self._panes and self._panes[pane_id].answering is not None

    def refresh_announced(self, pane_id: str) -> None:
        """Marks the pane, whose text the server has changed, as due for a refresh."""
        self._pane(pane_id).refresh_due = True

    def pulled(self, pane_id: str, text: str) -> None:
        """Replaces the pane's text by `text`, which the server returned.

        While a run is open, it is not known which of its events `text` holds already. So it is
        shown without changes, and must be pulled again after the run.
        """
        pane = self._pane(pane_id)
        pane.text = _Text([text])
        pane.frozen = pane.refresh_due = pane.answering is not None

    def apply(self, event: StreamEvent) -> None:
        """Applies one event, in the order of arrival, unless it was applied before."""
        pane = self._pane(event.pane_id)
        answer = self._answers.setdefault(event.message_id, _Answer())
        if event.seq < answer.next_seq:
            return
        if event.seq > answer.next_seq:
            self.gaps.append(Gap(event.pane_id, event.message_id, answer.next_seq, event.seq))
            pane.frozen = pane.refresh_due = True
        answer.next_seq = event.seq + 1
        if event.type == "start":
            _start(pane, event)
        elif event.type == "token":
            answer.text.parts.append(event.text)
            _append(pane, event.text)
        elif event.type == "reasoning":
            _append(pane, event.append)
        elif isinstance(event, FinalEvent | ErrorEvent):
            _end(pane, answer, event)

    def _pane(self, pane_id: str) -> _Pane:
        return self._panes.setdefault(pane_id, _Pane())


def _start(pane: _Pane, event: StartEvent) -> None:
    pane.answering = event.message_id
    if event.cut_from is not None and not pane.frozen:
        text = pane.text.value()
        pane.text = _Text([text[: offset_at(text, event.cut_from)]])
    _append(pane, event.append)


def _end(pane: _Pane, answer: _Answer, event: FinalEvent | ErrorEvent) -> None:
    if answer.text.value() != event.content:
        answer.text = _Text([event.content])
        pane.frozen = pane.refresh_due = True
    _append(pane, event.append or "")
    if pane.answering == event.message_id:
        pane.answering = None


def _append(pane: _Pane, text: str) -> None:
    if not pane.frozen:
        pane.text.parts.append(text)
