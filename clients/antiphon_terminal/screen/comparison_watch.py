"""Shows `antiphon compare` for answers that still stream, until they end."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

import anyio

from antiphon_terminal.screen import comparison_screen
from antiphon_terminal.screen.painter import Painter
from antiphon_terminal.tty import console as consoles
from antiphon_terminal.tty.interrupts import Interrupts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from antiphon.model.commands.comparison import CompareResult

_EVERY_S: Final = 0.3
_HINT: Final = "Ctrl-C stops watching"


async def watch(
    result: CompareResult, again: Callable[[], Awaitable[CompareResult]]
) -> CompareResult:
    """Shows comparisons on the whole screen until neither side streams.

    Begins with `result` and calls `again` for newer ones. Returns the last comparison, also if the
    user stops watching.
    """
    console = consoles.make_stdout_console()
    painter = Painter(console)
    size = (0, 0)
    with anyio.CancelScope() as scope, Interrupts(scope.cancel) as interrupts:
        interrupts.exit_hooks.append(painter.restore_terminal)
        painter.open()
        try:
            while comparison_screen.is_live(result):
                terminal = os.get_terminal_size(sys.stdout.fileno())
                if (terminal.columns, terminal.lines) != size:
                    size = (terminal.columns, terminal.lines)
                    painter.clear()
                painter.paint(comparison_screen.render_rows(console, result, *size, _HINT))
                await anyio.sleep(_EVERY_S)
                result = await again()
        finally:
            painter.close()
    return result
