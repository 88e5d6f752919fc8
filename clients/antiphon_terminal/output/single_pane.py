"""Writes one answer on a terminal as it arrives, like any other output.

Until its first word, a line shows the pane's state, with the last lines of the model's reasoning.
They are erased when the answer begins.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

from rich.text import Text

from antiphon.model.values import number_format
from antiphon_terminal.panes import state_symbols
from antiphon_terminal.panes.heading import truncate
from antiphon_terminal.panes.run_view import RunView
from antiphon_terminal.panes.transcript import print_remarks, print_summary
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.sanitize import clean_line
from antiphon_terminal.tty.word_flow import WordFlow

if TYPE_CHECKING:
    from rich.console import Console

    from antiphon_client import Run
    from antiphon_terminal.tty.interrupts import Interrupts

_TICK_S: Final = 0.25
_REASONING_LINES: Final = 3


async def show(run: Run, interrupts: Interrupts) -> None:
    """Shows the run until it ends."""
    run_view = RunView()
    console = consoles.make_stdout_console()
    lines = _WaitingLines(console)
    interrupts.exit_hooks.append(lines.erase)
    try:
        await _write_until_end(run, run_view, lines, interrupts)
    finally:
        lines.erase()
        interrupts.exit_hooks.remove(lines.erase)
        run_view.mark_interrupted()
        _print_end(console, run_view)


async def _write_until_end(
    run: Run, run_view: RunView, lines: _WaitingLines, interrupts: Interrupts
) -> None:
    flow = WordFlow(lines.width)
    events = await run.batch(_TICK_S)
    while events or not run.done:
        applied = [run_view.apply(event, time.monotonic()) for event in events]
        text = "".join(each[1] for each in applied if each is not None)
        if text:
            lines.finish(run_view)
        sys.stdout.write(flow.feed(text) if text else flow.flush())
        sys.stdout.flush()
        lines.show(run_view, stopping=interrupts.stopped)
        events = await run.batch(_TICK_S)
    sys.stdout.write(flow.flush())


class _WaitingLines:
    """The lines below the cursor until the answer begins: state and reasoning."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: list[str] = []
        self._is_finished = False
        self.width = console.width

    def show(self, run_view: RunView, *, stopping: bool) -> None:
        """Shows the state and the reasoning, unless the answer has begun."""
        for view in run_view.panes.values():
            if view.text or view.ended:
                return
            state = "stopping" if stopping else state_symbols.describe_state(view, time.monotonic())
            reason = "" if view.failure is None else view.failure.message
            line = truncate(
                number_format.join_parts([view.title, state, clean_line(reason)]), self.width - 1
            )
            reasoning = view.reasoning.lines(self.width - 1, min(_REASONING_LINES, _rows() - 2))
            self._draw([line, *(reasoning if view.state == "reasoning" else ())])

    def finish(self, run_view: RunView) -> None:
        """Erases the lines, and prints once how long the model reasoned."""
        self.erase()
        summary = "" if self._is_finished else next(iter(run_view.panes.values())).reasoning.summary
        self._is_finished = True
        if summary:
            self._console.print(Text(summary, "dim"))

    def erase(self) -> None:
        """Erases the lines."""
        if self._shown:
            up = len(self._shown) - 1
            self._shown = []
            self._write("\r" + "\x1b[A" * up + "\x1b[J")

    def _draw(self, lines: list[str]) -> None:
        if lines == self._shown:
            return
        self.erase()
        self._shown = lines
        first, *rest = lines
        line = Text.assemble(first, *((f"\n{line}", "dim") for line in rest))
        self._console.print(line, end="")

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _rows() -> int:
    return os.get_terminal_size(sys.stdout.fileno()).lines


def _print_end(console: Console, run_view: RunView) -> None:
    for view in run_view.panes.values():
        if view.text and not view.text.endswith("\n"):
            console.print()
        elif view.reasoning.summary and not view.text:
            console.print(Text(view.reasoning.summary, "dim"))
        print_remarks(console, view)
    if run_view.panes:
        console.print()
        print_summary(console, run_view)
