"""Shows a model's reasoning: its last lines while it streams, then its duration.

It is not the answer, so it is dimmed while it streams, and replaced by one line afterwards. If the
server hides it (`stream.reasoning`), only its duration is known, from the meter events.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from antiphon.model.values import number_format
from antiphon_terminal.tty.sanitize import Sanitizer

if TYPE_CHECKING:
    from antiphon_terminal.tty.wrap import Wrapper

_TITLE: Final = re.compile(r"> \*\*[^\n]*\*\*\n>\n")
"""The first line of the quote, which the heading shows already."""
_MARK: Final = re.compile(r"^> ?", re.MULTILINE)
_MARK_OF_NEXT_LINE: Final = re.compile(r"(?<=\n)> ?")
_MAX_CHARACTERS: Final = 10_000
"""Characters that are wrapped again after a resize: only the end is visible."""
_MAX_LINES: Final = 100
_SHORTEST_SHOWN_MS: Final = 950


class LiveReasoning(Struct):
    """The reasoning of one answer.

    `began` and `ended` are in seconds on the caller's clock.
    """

    began: float | None = None
    ended: float | None = None
    _text: str = ""
    _at_line_start: bool = True
    _sanitizer: Sanitizer = field(default_factory=Sanitizer)
    _wrapped: Wrapper | None = None
    _width: int = 0

    def start(self, now: float) -> None:
        """Marks that the model reasons at the time `now`."""
        if self.began is None:
            self.began = now

    def append(self, quote: str, now: float) -> None:
        """Appends a piece of the Markdown quote that the reasoning is sent as."""
        self.start(now)
        if not self._text:
            quote = _TITLE.sub("", quote, count=1)
        # A line's mark is sent together with its first character, so no mark is ever split.
        bare = (_MARK if self._at_line_start else _MARK_OF_NEXT_LINE).sub("", quote)
        self._at_line_start = quote.endswith("\n")
        added = self._sanitizer.feed(bare)
        self._text = (self._text + added)[-_MAX_CHARACTERS:]
        if self._wrapped is not None:
            self._wrapped.feed(added)

    def end(self, now: float) -> None:
        """Marks that the answer begins, or that the pane ends without one."""
        if self.began is not None and self.ended is None:
            self.ended = now

    def lines(self, width: int, most: int) -> list[str]:
        """Returns at most the last `most` lines, none wider than `width` cells."""
        if self._wrapped is None or self._width != width:
            from antiphon_terminal.tty.wrap import Wrapper  # noqa: PLC0415 - loads rich

            self._wrapped, self._width = Wrapper(width, _MAX_LINES), width
            self._wrapped.feed(self._text)
        return self._wrapped.tail(most)

    @property
    def summary(self) -> str:
        """`thought for 12 s`, or empty without reasoning or while it continues."""
        if self.began is None or self.ended is None:
            return ""
        took = round((self.ended - self.began) * 1000)
        is_long = took > _SHORTEST_SHOWN_MS
        return f"thought for {number_format.format_duration(took) if is_long else 'a moment'}"
