"""Drains the worker's stderr, so that it never waits, and logs a part.

This package writes next to nothing there, and the worker's logging is off: what is left are the
messages of libraries, and of an interpreter that died.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)
MAX_LINE_BYTES: Final = 2000
MAX_LINES: Final = 200


class StderrLog:
    """Logs the lines of one worker's stderr. `scrub` removes keys from a text."""

    def __init__(self, scrub: Callable[[str], str]) -> None:
        self._scrub = scrub
        self._line = bytearray()
        self._lines = 0
        self.last = ""
        """The last line that was not empty, without keys."""

    def feed(self, piece: bytes) -> None:
        """Adds the next bytes and logs the lines that they complete."""
        *lines, rest = piece.split(b"\n")
        for line in lines:
            self._add(line)
            self._end_line()
        self._add(rest)

    def close(self) -> None:
        """Logs the last line, which has no line end."""
        self._end_line()

    def _add(self, part: bytes) -> None:
        self._line += part[: MAX_LINE_BYTES - len(self._line)]

    def _end_line(self) -> None:
        # Scrubbed before it is cut to half: a key that the limit cut in two would not be found.
        text = self._scrub(self._line.decode("utf-8", "replace"))[: MAX_LINE_BYTES // 2].strip()
        self._line.clear()
        if not text:
            return
        self.last = text
        self._lines += 1
        if self._lines <= MAX_LINES:
            _log.debug("litellm worker: %s", text)
        elif self._lines == MAX_LINES + 1:
            _log.debug("litellm worker: more is left out")
