"""One answer on a terminal: written where the cursor is, as it comes, like any other output.

Until its first word, a line says what is being waited for, with the last lines of what is thought
meanwhile; the word takes their place.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

from rich.text import Text

from antiphon_terminal.panes import state_symbols
from antiphon_terminal.panes.heading import fit
from antiphon_terminal.panes.run_view import RunView
from antiphon_terminal.panes.transcript import print_remarks, print_summary
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty import number_format
from antiphon_terminal.tty.sanitize import clean_line
from antiphon_terminal.tty.word_flow import WordFlow

if TYPE_CHECKING:
    from rich.console import Console

    from antiphon_client import Run
    from antiphon_terminal.tty.interrupts import Interrupts

_TICK_S: Final = 0.25
_THINKING_LINES: Final = 3


async def show(run: Run, interrupts: Interrupts) -> None:
    """Shows the run until it ends; what arrived stays, however it ends."""
    board = RunView()
    console = consoles.stdout()
    lines = _WaitingLines(console)
    interrupts.leaving.append(lines.wipe)
    try:
        await _follow(run, board, lines, interrupts)
    finally:
        lines.wipe()
        interrupts.leaving.remove(lines.wipe)
        board.abandon()
        _finish(console, board)


async def _follow(run: Run, board: RunView, lines: _WaitingLines, interrupts: Interrupts) -> None:
    flow = WordFlow(lines.width)
    events = await run.batch(_TICK_S)
    while events or not run.done:
        taken = [board.take(event, time.monotonic()) for event in events]
        text = "".join(each[1] for each in taken if each is not None)
        if text:
            lines.give_way(board)
        sys.stdout.write(flow.feed(text) if text else flow.flush())
        sys.stdout.flush()
        lines.show(board, stopping=interrupts.stopped)
        events = await run.batch(_TICK_S)
    sys.stdout.write(flow.flush())


class _WaitingLines:
    """The lines that stand where the answer will begin: what is waited for, what is thought."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: list[str] = []
        self._is_past = False
        self.width = console.width

    def show(self, board: RunView, *, stopping: bool) -> None:
        """Says what is waited for, unless there is text already."""
        for view in board.panes.values():
            if view.text or view.ended:
                return
            state = "stopping" if stopping else state_symbols.word(view, time.monotonic())
            why = "" if view.failure is None else view.failure.message
            said = fit(number_format.joined([view.title, state, clean_line(why)]), self.width - 1)
            thought = view.thinking.lines(self.width - 1, min(_THINKING_LINES, _rows() - 2))
            self._put([said, *(thought if view.state == "thinking" else ())])

    def give_way(self, board: RunView) -> None:
        """The answer comes: one line says how long it was thought about."""
        self.wipe()
        told = "" if self._is_past else next(iter(board.panes.values())).thinking.told
        self._is_past = True
        if told:
            self._console.print(Text(told, "dim"))

    def wipe(self) -> None:
        """Leaves the place empty."""
        if self._shown:
            up = len(self._shown) - 1
            self._shown = []
            self._write("\r" + "\x1b[A" * up + "\x1b[J")

    def _put(self, lines: list[str]) -> None:
        if lines == self._shown:
            return
        self.wipe()
        self._shown = lines
        first, *rest = lines
        said = Text.assemble(first, *((f"\n{line}", "dim") for line in rest))
        self._console.print(said, end="")

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _rows() -> int:
    return os.get_terminal_size(sys.stdout.fileno()).lines


def _finish(console: Console, board: RunView) -> None:
    for view in board.panes.values():
        if view.text and not view.text.endswith("\n"):
            console.print()
        elif view.thinking.told and not view.text:
            console.print(Text(view.thinking.told, "dim"))
        print_remarks(console, view)
    if board.panes:
        console.print()
        print_summary(console, board)
