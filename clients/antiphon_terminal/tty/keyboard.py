"""Reads keys as they are pressed, if this process is in a terminal's foreground."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType


class Keyboard:
    """While entered, keys can be read one by one and are not echoed.

    Ctrl-C still works.
    """

    def __init__(self) -> None:
        self._before: list[Any] | None = None

    def __enter__(self) -> Self:
        if sys.platform == "win32" or not _is_in_foreground():
            return self
        import termios  # noqa: PLC0415 - not on every platform
        import tty  # noqa: PLC0415 - likewise

        self._before = termios.tcgetattr(0)
        tty.setcbreak(0)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.restore_terminal()

    @property
    def is_active(self) -> bool:
        """Whether keys can be read."""
        return self._before is not None

    def read_keys(self) -> str:
        """Returns the keys since the last call, without waiting."""
        if self._before is None or not select.select([0], [], [], 0)[0]:
            return ""
        return os.read(0, 1024).decode("ascii", "ignore")

    def restore_terminal(self) -> None:
        """Restores the terminal, also from a signal handler."""
        if sys.platform == "win32" or self._before is None:
            return
        import termios  # noqa: PLC0415 - not on every platform

        before, self._before = self._before, None
        with suppress(termios.error):  # the terminal is closed, so there is nothing to restore
            termios.tcsetattr(0, termios.TCSADRAIN, before)


def _is_in_foreground() -> bool:
    """Checks whether stdin is a terminal with this process in its foreground."""
    try:
        return os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
