"""Writes a run without a screen: each answer under its heading when it is complete.

For pipes, screen readers and simple terminals. Answers go to stdout, everything else to stderr. A
single pane needs no heading: its text is written as it arrives.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from antiphon.model.values import number_format
from antiphon_terminal.panes import state_symbols
from antiphon_terminal.panes.run_view import RunView
from antiphon_terminal.tty.errors import format_failure

if TYPE_CHECKING:
    from antiphon.model.conversation.events import StreamEvent
    from antiphon_client import Run
    from antiphon_terminal.panes.pane_view import PaneView


async def show(run: Run, *, single: bool) -> None:
    """Writes the answers of a run.

    `single` means that it has one pane, whose text is written as it arrives.
    """
    run_view = RunView()
    try:
        async for event in run:
            applied = run_view.apply(event, time.monotonic())
            if applied is None:
                continue
            view, text = applied
            if single:
                _write(text)
            _report(view, event, single=single)
    finally:
        unfinished = [view for view in run_view.panes.values() if not view.ended]
        run_view.mark_interrupted()
        for view in unfinished:
            _end(view, single=single)
        if len(run_view.panes) > 1:
            click.echo(number_format.join_parts(run_view.summary()), err=True)


def format_label(view: PaneView) -> str:
    """Returns the model's id, with the pane's title if it adds information."""
    is_default_title = view.title in {view.model, view.model.partition("/")[2]}
    return view.model if is_default_title else f"{view.title} ({view.model})"


def _report(view: PaneView, event: StreamEvent, *, single: bool) -> None:
    if event.type == "retry":
        message = f"{format_label(view)}: {format_failure(event.failure)}"
        delay = number_format.format_duration(event.delay_ms)
        click.echo(f"{message} Attempt {event.attempt} in {delay}.", err=True)
    elif event.type == "wait" and event.running:
        busy = state_symbols.format_queue(event.running, event.ahead)
        click.echo(f"{format_label(view)}: {busy}", err=True)
    elif view.ended:
        _end(view, single=single)


def _end(view: PaneView, *, single: bool) -> None:
    word = state_symbols.find_end_word(view)
    if not single:
        _write(f"## {format_label(view)}: {word}\n\n")
        _write(view.text)
    if view.text and not view.text.endswith("\n"):
        _write("\n")
    if view.failure is not None and view.state != "complete":
        reason = format_failure(view.failure)
        click.echo(f"{format_label(view)}: {word}. {reason}", err=True) if single else _write(
            f"{reason}\n"
        )
    elif single and view.state != "complete":
        click.echo(f"{format_label(view)}: {word}.", err=True)
    for note in view.notes:
        click.echo(f"{format_label(view)}: {note}", err=True)
    if not single:
        _write("\n")


def _write(text: str) -> None:
    if text:
        sys.stdout.write(text)
        sys.stdout.flush()
