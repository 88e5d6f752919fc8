"""Handles Ctrl-C and SIGTERM: the first stops the run, the second exits at once."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

from antiphon_terminal.tty.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType, TracebackType

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Interrupts:
    """While entered, the first signal calls `stop` and the second ends the process.

    `stop` is called on the loop. The second signal does not wait for the loop, which may hang.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self.stop = stop
        self._loop = asyncio.get_running_loop()
        self.exit_hooks: list[Callable[[], None]] = []
        """What is called before the process ends at once, the last one added first."""
        self.stopped = False
        self._before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {}

    @contextmanager
    def redirect_to(self, stop: Callable[[], None]) -> Generator[None]:
        """Makes the first signal call `stop` instead, while entered."""
        before, self.stop = self.stop, stop
        try:
            yield
        finally:
            self.stop = before

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            self._before[number] = signal.signal(number, self._receive)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        if not self.stopped:
            self.stopped = True
            self._loop.call_soon_threadsafe(self.stop)
            return
        for hook in reversed(self.exit_hooks):
            hook()
        os._exit(INTERRUPTED)
