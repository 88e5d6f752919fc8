"""A run on a terminal: panes side by side while it streams, everything in full at its end."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

import anyio

from antiphon_terminal import console as consoles
from antiphon_terminal.board import Board
from antiphon_terminal.screen import Screen
from antiphon_terminal.transcript import print_answers, print_summary

if TYPE_CHECKING:
    from antiphon_client import Run
    from antiphon_terminal.interrupts import Interrupts

_FRAME_S: Final = 1 / 12
_IDLE_FRAME_S: Final = 0.25
"""How long a countdown, a resize or Ctrl-C may wait for its picture where no text comes."""


async def show(run: Run, interrupts: Interrupts) -> None:
    """Shows the run until it ends; what arrived is printed however it ends."""
    board = Board()
    console = consoles.stdout()
    screen = Screen(console, board)
    while not await _take(run, board, screen) and not run.done:
        pass
    if not board.panes:
        return
    interrupts.leaving.append(screen.abandon)
    screen.open()
    try:
        await _watch(run, board, screen, interrupts)
    finally:
        screen.close()
        interrupts.leaving.remove(screen.abandon)
        board.abandon()
        print_answers(console, board.panes.values())
        print_summary(console, board)


async def _watch(run: Run, board: Board, screen: Screen, interrupts: Interrupts) -> None:
    changed = True
    while changed or not run.done:
        board.stopping = interrupts.stopped
        size = os.get_terminal_size(sys.stdout.fileno())
        screen.draw(size.columns, size.lines, time.monotonic())
        if changed:
            await anyio.sleep(_FRAME_S)
        changed = await _take(run, board, screen)


async def _take(run: Run, board: Board, screen: Screen) -> bool:
    events = await run.batch(_IDLE_FRAME_S)
    for event in events:
        taken = board.take(event, time.monotonic())
        if taken is not None:
            screen.grow(*taken)
    return bool(events)
