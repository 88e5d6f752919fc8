"""`antiphon compare` of answers that still come, asked for elsewhere: watched to their end."""

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
    """Shows `result` and what `again` gives on the whole screen, until neither side streams.

    Gives the last comparison, also where the person stops watching.
    """
    console = consoles.stdout()
    painter = Painter(console)
    size = (0, 0)
    with anyio.CancelScope() as scope, Interrupts(scope.cancel) as interrupts:
        interrupts.leaving.append(painter.abandon)
        painter.open()
        try:
            while comparison_screen.is_live(result):
                now = os.get_terminal_size(sys.stdout.fileno())
                if (now.columns, now.lines) != size:
                    size = (now.columns, now.lines)
                    painter.clear()
                painter.paint(comparison_screen.rows(console, result, *size, _HINT))
                await anyio.sleep(_EVERY_S)
                result = await again()
        finally:
            painter.close()
    return result
