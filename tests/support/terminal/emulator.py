"""A terminal emulator for tests: pyte, with the alternate screen that it lacks."""

from __future__ import annotations

import copy
from typing import Any

import pyte

_ALTERNATE = 1049


class Emulator(pyte.HistoryScreen):
    """A terminal of `columns` by `lines` that remembers what scrolled away."""

    def __init__(self, columns: int, lines: int) -> None:
        self._main: tuple[Any, Any] | None = None
        super().__init__(columns, lines, history=10_000, ratio=0.5)
        self._stream = pyte.ByteStream(self)

    @property
    def is_alternate(self) -> bool:
        """Whether a full-screen program has the screen."""
        return self._main is not None

    @property
    def rows(self) -> list[str]:
        """What is on the screen, without trailing spaces."""
        return [line.rstrip() for line in self.display]

    @property
    def scrollback(self) -> list[str]:
        """Everything that was ever printed on the main screen, the screen included."""
        gone = [
            "".join(line[x].data for x in range(self.columns)).rstrip() for line in self.history.top
        ]
        return gone + self.rows

    def write(self, data: bytes) -> None:
        """What a program writes to the terminal."""
        self._stream.feed(data)

    def set_mode(self, *modes: int, **options: Any) -> None:
        super().set_mode(*modes, **options)
        if options.get("private") and _ALTERNATE in modes and self._main is None:
            self._main = copy.deepcopy(self.buffer), copy.copy(self.cursor)
            self.erase_in_display(2)

    def reset_mode(self, *modes: int, **options: Any) -> None:
        super().reset_mode(*modes, **options)
        if options.get("private") and _ALTERNATE in modes and self._main is not None:
            buffer, self.cursor = self._main
            self.buffer.clear()
            self.buffer.update(buffer)
            self._main = None
            self.dirty.update(range(self.lines))
