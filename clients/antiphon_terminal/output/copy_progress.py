"""Shows how far a copy is: on a terminal in one line, elsewhere in several."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from antiphon.model.commands.history_copy import CopyPhase

_WORDS: Final[dict[CopyPhase, str]] = {
    "compare": "Comparing",
    "copy": "Copying",
    "verify": "Checking",
}
_LINES: Final = 10
"""How many lines a phase has where lines do not change."""
_CLEAR: Final = "\r\x1b[K"


class CopyProgress:
    """The progress of one copy, on stderr."""

    def __init__(self) -> None:
        self._is_live = sys.stderr.isatty()
        self._last: tuple[CopyPhase, int] | None = None

    def __call__(self, phase: CopyPhase, done: int, total: int) -> None:
        """Shows that `done` of `total` messages are through this phase."""
        line = f"{_WORDS[phase]}: {done:,} of {total:,} messages"
        if self._is_live:
            click.echo(f"{_CLEAR}{line}", err=True, nl=False)
            return
        part = phase, done * _LINES // total if total else 0
        if done and part != self._last:
            click.echo(line, err=True)
            self._last = part

    def end(self) -> None:
        """Removes the line that changes."""
        if self._is_live:
            click.echo(_CLEAR, err=True, nl=False)
