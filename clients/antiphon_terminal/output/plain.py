"""A run without a screen: each answer whole, under its heading, as soon as it is complete.

For pipes, screen readers and simple terminals. stdout gets the answers, stderr all the rest. One
pane alone needs no heading: its text is written as it comes.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from antiphon_terminal.panes import state_symbols
from antiphon_terminal.panes.run_view import RunView
from antiphon_terminal.tty import number_format
from antiphon_terminal.tty.errors import sentence

if TYPE_CHECKING:
    from antiphon.model.conversation.events import StreamEvent
    from antiphon_client import Run
    from antiphon_terminal.panes.pane_view import PaneView


async def show(run: Run, *, single: bool) -> None:
    """Writes the answers of a run; `single`: it has one pane, whose text is written at once."""
    board = RunView()
    try:
        async for event in run:
            taken = board.take(event, time.monotonic())
            if taken is None:
                continue
            view, text = taken
            if single:
                _write(text)
            _report(view, event, single=single)
    finally:
        unfinished = [view for view in board.panes.values() if not view.ended]
        board.abandon()
        for view in unfinished:
            _end(view, single=single)
        if len(board.panes) > 1:
            click.echo(number_format.joined(board.summary()), err=True)


def label(view: PaneView) -> str:
    """The model's id, with the pane's title where that says more."""
    own = view.title in {view.model, view.model.partition("/")[2]}
    return view.model if own else f"{view.title} ({view.model})"


def _report(view: PaneView, event: StreamEvent, *, single: bool) -> None:
    if event.type == "retry":
        message = f"{label(view)}: {sentence(event.failure)}"
        delay = number_format.duration(event.delay_ms)
        click.echo(f"{message} Attempt {event.attempt} in {delay}.", err=True)
    elif view.ended:
        _end(view, single=single)


def _end(view: PaneView, *, single: bool) -> None:
    word = state_symbols.LOOKS[view.state].word
    if not single:
        _write(f"## {label(view)}: {word}\n\n")
        _write(view.text)
    if view.text and not view.text.endswith("\n"):
        _write("\n")
    if view.failure is not None and view.state != "complete":
        say = sentence(view.failure)
        click.echo(f"{label(view)}: {word}. {say}", err=True) if single else _write(f"{say}\n")
    elif single and view.state != "complete":
        click.echo(f"{label(view)}: {word}.", err=True)
    for note in view.notes:
        click.echo(f"{label(view)}: {note}", err=True)
    if not single:
        _write("\n")


def _write(text: str) -> None:
    if text:
        sys.stdout.write(text)
        sys.stdout.flush()
