"""Shows a run on a terminal: panes side by side, then every answer in full.

With two panes or more, `c` switches between the panes and a comparison of the first two.
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
"""The longest delay until a countdown, a resize, a key or Ctrl-C is shown if no text arrives."""


async def show(run: Run, interrupts: Interrupts, compare: Compare) -> None:
    """Shows the run until it ends, and then prints what arrived."""
    run_view = RunView()
    console = consoles.make_stdout_console()
    screen = Screen(console, run_view)
    while not await _apply_events(run, run_view, screen) and not run.done:
        pass
    if not run_view.panes:
        return
    with Keyboard() as keyboard:
        interrupts.exit_hooks += [screen.restore_terminal, keyboard.restore_terminal]
        overlay = ComparisonOverlay(console, run_view, compare, keyboard)
        screen.open()
        try:
            await _draw_until_end(run, run_view, screen, overlay, interrupts)
        finally:
            screen.close()
            interrupts.exit_hooks.remove(screen.restore_terminal)
            interrupts.exit_hooks.remove(keyboard.restore_terminal)
            run_view.mark_interrupted()
            print_answers(console, run_view.panes.values())
            print_summary(console, run_view)


async def _draw_until_end(
    run: Run, run_view: RunView, screen: Screen, overlay: ComparisonOverlay, interrupts: Interrupts
) -> None:
    changed = True
    while changed or not run.done:
        run_view.stopping = interrupts.stopped
        size = os.get_terminal_size(sys.stdout.fileno())
        screen.keys = overlay.hint
        rows = await overlay.rows(size.columns, size.lines)
        if rows is None:
            screen.draw(size.columns, size.lines, time.monotonic())
        else:
            screen.draw_overlay(rows, size.columns, size.lines)
        if changed:
            await anyio.sleep(_FRAME_S)
        changed = await _apply_events(run, run_view, screen)


async def _apply_events(run: Run, run_view: RunView, screen: Screen) -> bool:
    events = await run.batch(_IDLE_FRAME_S)
    for event in events:
        applied = run_view.apply(event, time.monotonic())
        if applied is not None:
            screen.append_text(*applied)
    return bool(events)
