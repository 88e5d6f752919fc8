"""Keys as they are pressed, without Enter, where a person has this process in the foreground."""

from __future__ import annotations

import os
import select
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType


class Keyboard:
    """While entered, keys come one by one and are not echoed; Ctrl-C stays what it is."""

    def __init__(self) -> None:
        self._before: list[Any] | None = None

    def __enter__(self) -> Self:
        if sys.platform == "win32" or not _is_ours():
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
        self.give_back()

    @property
    def is_heard(self) -> bool:
        """Whether there are keys to come."""
        return self._before is not None

    def pressed(self) -> str:
        """The keys since the last call; none is waited for."""
        if self._before is None or not select.select([0], [], [], 0)[0]:
            return ""
        return os.read(0, 1024).decode("ascii", "ignore")

    def give_back(self) -> None:
        """Leaves the terminal as it was; also for a signal's handler."""
        if sys.platform == "win32" or self._before is None:
            return
        import termios  # noqa: PLC0415 - not on every platform

        before, self._before = self._before, None
        with suppress(termios.error):  # the terminal is gone, with everything that was set in it
            termios.tcsetattr(0, termios.TCSADRAIN, before)


def _is_ours() -> bool:
    """Whether stdin is a terminal that this process may change: not from the background."""
    try:
        return os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False
