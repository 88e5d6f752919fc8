"""Writes a followed session as plain text, one pane after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from antiphon.model.commands.follow import ChangedEvent
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
    from antiphon.model.commands.follow import FollowEvent, SnapshotEvent
    from antiphon.model.conversation.session import Pane


class FollowedText:
    """The text of a followed session, as it is written."""

    def __init__(self) -> None:
        self._titles: dict[str, str] = {}
        self._shown: str | None = None
        """The pane whose text is written as it streams; empty if its text was replaced."""
        self._streaming: set[str] = set()
        self._waiting: dict[str, str] = {}
        """Texts of panes that wait until the shown one has ended."""
        self._pieces: dict[str, list[str]] = {}
        """Each pane's document so far, written or waiting."""
        self._lengths: dict[str, int] = {}
        """The length of each document, in UTF-16 code units."""

    def begin(self, event: SnapshotEvent, documents: dict[str, str]) -> None:
        """Writes what is there, `documents` by pane, those that stream last.

        A later snapshot, of a new connection or for a slow reader, writes what was not written.
        """
        self._titles |= {pane.id: pane.title for pane in event.session.panes}
        running = {each.pane_id for each in event.messages if each.status == "streaming"}
        self._streaming = running
        for pane_id in sorted(documents, key=lambda each: (each != self._shown, each in running)):
            self._catch_up(pane_id, documents[pane_id])
        self._write_waiting()

    def replace(self, pane: Pane, document: str) -> None:
        """Writes what a pane has got without events, or all of another document."""
        self._titles[pane.id] = pane.title
        self._catch_up(pane.id, document)

    def write(self, event: FollowEvent) -> None:
        """Writes what an event adds."""
        if isinstance(event, StartEvent):
            self._titles[event.pane_id] = event.pane.title
            self._streaming.add(event.pane_id)
            if event.cut_from is not None:
                self._cut(event.pane_id, event.at or 0)
            self._append(event.pane_id, event.append, event.at)
        elif isinstance(event, TokenEvent):
            self._append(event.pane_id, event.text, event.at)
        elif isinstance(event, ReasoningEvent):
            self._append(event.pane_id, event.append, event.at)
        elif isinstance(event, FinalEvent | ErrorEvent):
            self._append(event.pane_id, event.append or "", event.at)
            self._streaming.discard(event.pane_id)
            self._write_waiting()
        elif isinstance(event, ChangedEvent):
            self._change(event)

    def _change(self, event: ChangedEvent) -> None:
        if event.append and event.pane_id:
            self._append(event.pane_id, event.append, event.at)
        if event.deleted:
            click.echo("\nThe session was deleted.", err=True)

    def _catch_up(self, pane_id: str, document: str) -> None:
        known = "".join(self._pieces.get(pane_id, ()))
        text = document.removeprefix(known)
        if len(text) + len(known) != len(document):  # an answer that is written was replaced
            self._waiting.pop(pane_id, None)
            self._shown = "" if pane_id == self._shown else self._shown
        self._pieces[pane_id] = [document]
        self._lengths[pane_id] = count_utf16(document)
        if text:
            self._write(pane_id, text)

    def _cut(self, pane_id: str, length: int) -> None:
        units = "".join(self._pieces.get(pane_id, ())).encode("utf-16-le", "surrogatepass")
        self._pieces[pane_id] = [units[: 2 * length].decode("utf-16-le", "surrogatepass")]
        self._lengths[pane_id] = length

    def _append(self, pane_id: str, text: str, at: int | None) -> None:
        """Writes `text` without what a document that was read later than the event had already."""
        known = self._lengths.get(pane_id, 0)
        units = text.encode("utf-16-le", "surrogatepass")
        if at is not None:
            units = units[2 * max(0, known - at) :]
        if units:
            new = units.decode("utf-16-le", "surrogatepass")
            self._lengths[pane_id] = known + len(units) // 2
            self._pieces.setdefault(pane_id, []).append(new)
            self._write(pane_id, new)

    def _write(self, pane_id: str, text: str) -> None:
        text = self._waiting.pop(pane_id, "") + text
        if pane_id != self._shown and self._shown in self._streaming:
            self._waiting[pane_id] = text
            return
        if pane_id != self._shown:
            gap = "" if self._shown is None else "\n"
            self._shown = pane_id
            click.echo(f"{gap}# {clean_line(self._titles.get(pane_id, ''))}\n")
        click.echo(clean(text), nl=False)

    def _write_waiting(self) -> None:
        if self._shown in self._streaming:
            return
        for each in sorted(self._waiting, key=lambda key: key in self._streaming):
            self._write(each, "")
