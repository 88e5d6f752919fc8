"""Shows and hides a comparison over the live screen, while the panes stream on."""

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
"""How often the answers are compared again."""


class ComparisonOverlay:
    """A comparison of the first two panes, which a key shows and hides."""

    def __init__(
        self, console: Console, run_view: RunView, compare: Compare, keyboard: Keyboard
    ) -> None:
        self._console = console
        self._run_view = run_view
        self._compare = compare
        self._keyboard = keyboard
        self._is_on = False
        self._result: CompareResult | None = None
        self._note = "Comparing …"
        self._next = 0.0

    @property
    def hint(self) -> str:
        """The key's description, if there are two panes and a keyboard."""
        is_available = self._keyboard.is_active and len(self._run_view.panes) > 1
        return f"{_KEY} compares" if is_available else ""

    async def rows(self, width: int, height: int) -> list[Row] | None:
        """Returns the comparison's screen, or `None` while the panes are shown."""
        if self._keyboard.read_keys().count(_KEY) % 2 and self.hint:
            self._is_on = not self._is_on
        if not self._is_on:
            return None
        if time.monotonic() >= self._next:
            await self._compare_again()
            self._next = time.monotonic() + _EVERY_S
        hint = f"{_KEY} shows the panes"
        if self._result is None:
            return comparison_screen.render_note(self._note, width, height, hint)
        return comparison_screen.render_rows(self._console, self._result, width, height, hint)

    async def _compare_again(self) -> None:
        left, right, *_ = self._run_view.panes
        sides = CompareSide(pane_id=left), CompareSide(pane_id=right)
        try:
            self._result = await self._compare(CompareParams(left=sides[0], right=sides[1]))
        except CommandFailed as refused:
            self._result, self._note = None, clean_line(refused.failure.message)
