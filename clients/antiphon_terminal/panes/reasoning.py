"""What a model thinks before it answers: its last lines while it thinks, then for how long it did.

It is never the answer: it is dimmed while it comes, and one line stands for it afterwards. Where
the server hides it (`stream.reasoning`), the figures tell that there is some, and for how long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from antiphon_terminal.tty import number_format
from antiphon_terminal.tty.sanitize import Sanitizer

if TYPE_CHECKING:
    from antiphon_terminal.tty.wrap import Wrapper

_TITLE: Final = re.compile(r"> \*\*[^\n]*\*\*\n>\n")
"""The line that opens the quote: the heading says `thinking` already."""
_MARK: Final = re.compile(r"^> ?", re.MULTILINE)
_MARK_OF_NEXT_LINE: Final = re.compile(r"(?<=\n)> ?")
_KEPT: Final = 10_000
"""Characters that are wrapped again after a resize: only the tail is seen."""
_KEPT_LINES: Final = 100
_MOMENT_MS: Final = 950


@dataclass(slots=True)
class Thinking:
    """The thinking of one answer; `began` and `ended` are seconds on the caller's clock."""

    began: float | None = None
    ended: float | None = None
    _text: str = ""
    _at_line_start: bool = True
    _sanitizer: Sanitizer = field(default_factory=Sanitizer)
    _wrapped: Wrapper | None = None
    _width: int = 0

    def goes_on(self, now: float) -> None:
        """There is thinking at the time `now`."""
        if self.began is None:
            self.began = now

    def append(self, quote: str, now: float) -> None:
        """More of the Markdown quote that it comes in."""
        self.goes_on(now)
        if not self._text:
            quote = _TITLE.sub("", quote, count=1)
        # A line's mark comes together with its first character, so no mark is ever cut in two.
        bare = (_MARK if self._at_line_start else _MARK_OF_NEXT_LINE).sub("", quote)
        self._at_line_start = quote.endswith("\n")
        added = self._sanitizer.feed(bare)
        self._text = (self._text + added)[-_KEPT:]
        if self._wrapped is not None:
            self._wrapped.feed(added)

    def ends(self, now: float) -> None:
        """The answer begins, or ends without one."""
        if self.began is not None and self.ended is None:
            self.ended = now

    def lines(self, width: int, most: int) -> list[str]:
        """The last lines, `most` of them at most, none wider than `width` cells."""
        if self._wrapped is None or self._width != width:
            from antiphon_terminal.tty.wrap import Wrapper  # noqa: PLC0415 - loads rich

            self._wrapped, self._width = Wrapper(width, _KEPT_LINES), width
            self._wrapped.feed(self._text)
        return self._wrapped.tail(most)

    @property
    def told(self) -> str:
        """`thought for 12 s`; nothing where there was no thinking, or while it goes on."""
        if self.began is None or self.ended is None:
            return ""
        took = round((self.ended - self.began) * 1000)
        return f"thought for {number_format.duration(took) if took > _MOMENT_MS else 'a moment'}"
