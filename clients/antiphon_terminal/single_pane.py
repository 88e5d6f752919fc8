"""One answer on a terminal: written where the cursor is, as it comes, like any other output.

Until its first word, one line says what is being waited for; the word takes its place.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

from antiphon_terminal import console as consoles
from antiphon_terminal import figures, symbols
from antiphon_terminal.board import Board
from antiphon_terminal.flow import Flow
from antiphon_terminal.meter_line import fit
from antiphon_terminal.sanitize import clean_line
from antiphon_terminal.transcript import print_remarks, print_summary

if TYPE_CHECKING:
    from rich.console import Console

    from antiphon_client import Run
    from antiphon_terminal.interrupts import Interrupts

_TICK_S: Final = 0.25
_WIPE: Final = "\r\x1b[K"


async def show(run: Run, interrupts: Interrupts) -> None:
    """Shows the run until it ends; what arrived stays, however it ends."""
    board = Board()
    console = consoles.stdout()
    line = _WaitingLine(console)
    interrupts.leaving.append(line.wipe)
    try:
        await _follow(run, board, line, interrupts)
    finally:
        line.wipe()
        interrupts.leaving.remove(line.wipe)
        board.abandon()
        _finish(console, board)


async def _follow(run: Run, board: Board, line: _WaitingLine, interrupts: Interrupts) -> None:
    flow = Flow(line.width)
    events = await run.batch(_TICK_S)
    while events or not run.done:
        taken = [board.take(event, time.monotonic()) for event in events]
        text = "".join(each[1] for each in taken if each is not None)
        if text:
            line.wipe()
        sys.stdout.write(flow.feed(text) if text else flow.flush())
        sys.stdout.flush()
        line.show(board, stopping=interrupts.stopped)
        events = await run.batch(_TICK_S)
    sys.stdout.write(flow.flush())


class _WaitingLine:
    """The line that stands where the answer will begin."""

    def __init__(self, console: Console) -> None:
        self._shown = ""
        self.width = console.width

    def show(self, board: Board, *, stopping: bool) -> None:
        """Says what is waited for, unless there is text already."""
        for view in board.panes.values():
            if view.text or view.ended:
                return
            state = "stopping" if stopping else symbols.word(view, time.monotonic())
            why = "" if view.failure is None else view.failure.message
            said = fit(figures.joined([view.title, state, clean_line(why)]), self.width - 1)
            if said != self._shown:
                self._shown = said
                self._write(_WIPE + said)

    def wipe(self) -> None:
        """Leaves the place empty."""
        if self._shown:
            self._shown = ""
            self._write(_WIPE)

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _finish(console: Console, board: Board) -> None:
    for view in board.panes.values():
        if view.text and not view.text.endswith("\n"):
            console.print()
        print_remarks(console, view)
    if board.panes:
        console.print()
        print_summary(console, board)
