"""A run on a terminal: panes side by side while it streams, everything in full at its end.

With two panes or more, `c` shows the first two compared, and `c` again the panes.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

import anyio

from antiphon_terminal.panes.run_view import RunView
from antiphon_terminal.panes.transcript import print_answers, print_summary
from antiphon_terminal.screen.comparison_overlay import ComparisonOverlay
from antiphon_terminal.screen.screen import Screen
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.keyboard import Keyboard

if TYPE_CHECKING:
    from antiphon_client import Run
    from antiphon_terminal.screen.comparison_overlay import Compare
    from antiphon_terminal.tty.interrupts import Interrupts

_FRAME_S: Final = 1 / 12
_IDLE_FRAME_S: Final = 0.25
"""How long a countdown, a resize, a key or Ctrl-C may wait for its picture where no text comes."""


async def show(run: Run, interrupts: Interrupts, compare: Compare) -> None:
    """Shows the run until it ends; what arrived is printed however it ends."""
    board = RunView()
    console = consoles.stdout()
    screen = Screen(console, board)
    while not await _take(run, board, screen) and not run.done:
        pass
    if not board.panes:
        return
    with Keyboard() as keyboard:
        interrupts.leaving += [screen.abandon, keyboard.give_back]
        overlay = ComparisonOverlay(console, board, compare, keyboard)
        screen.open()
        try:
            await _watch(run, board, screen, overlay, interrupts)
        finally:
            screen.close()
            interrupts.leaving.remove(screen.abandon)
            interrupts.leaving.remove(keyboard.give_back)
            board.abandon()
            print_answers(console, board.panes.values())
            print_summary(console, board)


async def _watch(
    run: Run, board: RunView, screen: Screen, overlay: ComparisonOverlay, interrupts: Interrupts
) -> None:
    changed = True
    while changed or not run.done:
        board.stopping = interrupts.stopped
        size = os.get_terminal_size(sys.stdout.fileno())
        screen.keys = overlay.hint
        rows = await overlay.rows(size.columns, size.lines)
        if rows is None:
            screen.draw(size.columns, size.lines, time.monotonic())
        else:
            screen.draw_instead(rows, size.columns, size.lines)
        if changed:
            await anyio.sleep(_FRAME_S)
        changed = await _take(run, board, screen)


async def _take(run: Run, board: RunView, screen: Screen) -> bool:
    events = await run.batch(_IDLE_FRAME_S)
    for event in events:
        taken = board.take(event, time.monotonic())
        if taken is not None:
            screen.grow(*taken)
    return bool(events)
