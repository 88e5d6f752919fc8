"""Writes a followed session as plain text, one pane after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from antiphon.model.commands.follow import ChangedEvent, SnapshotEvent
from antiphon.model.conversation.events import (
    ErrorEvent,
    FinalEvent,
    ReasoningEvent,
    StartEvent,
    TokenEvent,
)
from antiphon.model.values.positions import count_utf16
from antiphon_terminal.tty.sanitize import clean, clean_line

if TYPE_CHECKING:
    from antiphon.model.commands.follow import FollowEvent


class FollowedText:
    """The text of a followed session, as it is written."""

    def __init__(self) -> None:
        self._titles: dict[str, str] = {}
        self._shown: str | None = None
        """The pane whose text is written as it streams."""
        self._streaming: set[str] = set()
        self._waiting: dict[str, str] = {}
        """Texts of panes that wait until the shown one has ended."""
        self._lengths: dict[str, int] = {}
        """The length of each pane's document so far, in UTF-16 code units."""

    def begin(self, event: SnapshotEvent, documents: dict[str, str]) -> None:
        """Writes what is there, `documents` by pane, those that stream last."""
        self._titles = {pane.id: pane.title for pane in event.session.panes}
        running = {each.pane_id for each in event.messages if each.status == "streaming"}
        self._streaming, self._waiting, self._shown = running, {}, None
        self._lengths = {key: count_utf16(text) for key, text in documents.items()}
        for pane_id in sorted(documents, key=lambda each: each in running):
            self._write(pane_id, documents[pane_id])

    def write(self, event: FollowEvent) -> None:
        """Writes what an event adds."""
        if isinstance(event, StartEvent):
            self._titles[event.pane_id] = event.pane.title
            self._streaming.add(event.pane_id)
            if event.cut_from is not None:
                self._lengths[event.pane_id] = event.at or 0
            self._append(event.pane_id, event.append, event.at)
        elif isinstance(event, TokenEvent):
            self._append(event.pane_id, event.text, event.at)
        elif isinstance(event, ReasoningEvent):
            self._append(event.pane_id, event.append, event.at)
        elif isinstance(event, FinalEvent | ErrorEvent):
            self._append(event.pane_id, event.append or "", event.at)
            self._end(event.pane_id)
        elif isinstance(event, ChangedEvent):
            self._change(event)

    def _change(self, event: ChangedEvent) -> None:
        if event.pane is not None:
            self._titles[event.pane.id] = event.pane.title
        if event.append and event.pane_id:
            self._append(event.pane_id, event.append, event.at)
        if event.deleted:
            click.echo("\nThe session was deleted.", err=True)

    def _append(self, pane_id: str, text: str, at: int | None) -> None:
        """Writes `text` without what a document that was read later than the event had already."""
        known = self._lengths.get(pane_id, 0)
        units = text.encode("utf-16-le", "surrogatepass")
        if at is not None:
            units = units[2 * max(0, known - at) :]
        self._lengths[pane_id] = known + len(units) // 2
        if units:
            self._write(pane_id, units.decode("utf-16-le", "surrogatepass"))

    def _write(self, pane_id: str, text: str) -> None:
        if pane_id != self._shown and self._shown in self._streaming:
            self._waiting[pane_id] = self._waiting.get(pane_id, "") + text
            return
        if pane_id != self._shown:
            gap = "" if self._shown is None else "\n"
            self._shown = pane_id
            click.echo(f"{gap}# {clean_line(self._titles.get(pane_id, ''))}\n")
        click.echo(clean(text), nl=False)

    def _end(self, pane_id: str) -> None:
        self._streaming.discard(pane_id)
        waiting, self._waiting = self._waiting, {}
        for each in sorted(waiting, key=lambda key: key in self._streaming):
            self._write(each, waiting[each])
