"""The comparison that a key puts over the live screen, and takes away again; the panes go on."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from antiphon.model.commands.comparison import CompareParams, CompareResult, CompareSide
from antiphon_client.errors import CommandFailed
from antiphon_terminal.screen import comparison_screen
from antiphon_terminal.tty.sanitize import clean_line

if TYPE_CHECKING:
    from rich.console import Console

    from antiphon_terminal.panes.run_view import RunView
    from antiphon_terminal.screen.painter import Row
    from antiphon_terminal.tty.keyboard import Keyboard

Compare = Callable[[CompareParams], Awaitable[CompareResult]]
_KEY: Final = "c"
_EVERY_S: Final = 0.2
"""How often what has come meanwhile is compared."""


class ComparisonOverlay:
    """The first two panes compared, while the person wants to see that."""

    def __init__(
        self, console: Console, board: RunView, compare: Compare, keyboard: Keyboard
    ) -> None:
        self._console = console
        self._board = board
        self._compare = compare
        self._keyboard = keyboard
        self._is_on = False
        self._result: CompareResult | None = None
        self._problem = "Comparing …"
        self._next = 0.0

    @property
    def hint(self) -> str:
        """The key, where there is anything to compare and anybody to press it."""
        can = self._keyboard.is_heard and len(self._board.panes) > 1
        return f"{_KEY} compares" if can else ""

    async def rows(self, width: int, height: int) -> list[Row] | None:
        """The screen of the comparison; `None` while the panes are to be seen."""
        if self._keyboard.pressed().count(_KEY) % 2 and self.hint:
            self._is_on = not self._is_on
        if not self._is_on:
            return None
        if time.monotonic() >= self._next:
            await self._look()
            self._next = time.monotonic() + _EVERY_S
        hint = f"{_KEY} shows the panes"
        if self._result is None:
            return comparison_screen.note(self._problem, width, height, hint)
        return comparison_screen.rows(self._console, self._result, width, height, hint)

    async def _look(self) -> None:
        left, right, *_ = self._board.panes
        sides = CompareSide(pane_id=left), CompareSide(pane_id=right)
        try:
            self._result = await self._compare(CompareParams(left=sides[0], right=sides[1]))
        except CommandFailed as refused:
            self._result, self._problem = None, clean_line(refused.failure.message)
