"""Makes text from outside safe for a terminal, so that it cannot control it.

Escape sequences (ESC, CSI, OSC, DCS, APC, PM, SOS; 7-bit and 8-bit) are removed with their
parameters, and so are other control characters except newline and tab. Characters that reorder or
hide text become visible marks such as `<U+202E>`. A sequence may be split anywhere between two
chunks, since the state is kept. The states are those of https://vt100.net/emu/dec_ansi_parser,
reduced to what ends them.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from antiphon.model.values.hidden_ranges import CONTROL, HIDDEN, JOINER, SELECTOR

if TYPE_CHECKING:
    from collections.abc import Callable

_SPECIAL: Final = re.compile(f"[\r{HIDDEN}\ud800-\udfff]")
_JOINER: Final = re.compile(f"[{JOINER}]")
_SELECTOR: Final = re.compile(f"[{SELECTOR}]")
_SELECTABLE: Final = re.compile(f"[0-9#*]|[^\0-\x9f{SELECTOR}]")
_CONTROL: Final = re.compile(f"[{CONTROL}]")
_STRING_END: Final = re.compile(r"[\x07\x18\x1a\x1b\x9c\r\n]")
_STRING_STARTS: Final = frozenset("\x90\x98\x9d\x9e\x9f")
_NEWLINES: Final = frozenset("\r\x85\u2028\u2029")
_LAST_PLAIN_LETTER: Final = "\u02ff"
"""Joiners after letters up to this one are marked: Latin is written without them."""


class _State(Enum):
    TEXT = auto()
    ESCAPE = auto()
    INTERMEDIATE = auto()
    CSI = auto()
    STRING = auto()
    STRING_ESCAPE = auto()


class Sanitizer:
    """The sanitizer of one stream of text, which `feed` gets in chunks."""

    def __init__(self) -> None:
        self._state = _State.TEXT
        self._after_cr = False
        self._last = ""
        self._steps: dict[_State, Callable[[str, int, list[str]], int]] = {
            _State.TEXT: self._text,
            _State.ESCAPE: self._escape,
            _State.INTERMEDIATE: self._escape,
            _State.CSI: self._csi,
            _State.STRING: self._string,
            _State.STRING_ESCAPE: self._string_escape,
        }

    def feed(self, chunk: str) -> str:
        """Returns the part of `chunk` that is safe to show."""
        out: list[str] = []
        at = 0
        while at < len(chunk):
            at = self._steps[self._state](chunk, at, out)
        return "".join(out)

    def _text(self, chunk: str, at: int, out: list[str]) -> int:
        if self._after_cr:
            self._after_cr = False
            if chunk[at] == "\n":
                return at + 1
        special = _SPECIAL.search(chunk, at)
        end = len(chunk) if special is None else special.start()
        if end > at:
            out.append(chunk[at:end])
            self._last = chunk[end - 1]
        if special is None:
            return end
        self._special(chunk[end], out)
        return end + 1

    def _special(self, character: str, out: list[str]) -> None:
        if character == "\x1b":
            self._state = _State.ESCAPE
        elif character == "\x9b":
            self._state = _State.CSI
        elif character in _STRING_STARTS:
            self._state = _State.STRING
        elif character in _NEWLINES:
            self._after_cr = character == "\r"
            out.append("\n")
            self._last = "\n"
        elif not _CONTROL.match(character):
            out.append(self._mark_hidden(character))
            self._last = out[-1][-1]

    def _mark_hidden(self, character: str) -> str:
        if "\ud800" <= character <= "\udfff":
            return "\ufffd"
        joins = _JOINER.match(character) and self._last > _LAST_PLAIN_LETTER
        selects = _SELECTOR.match(character) and _SELECTABLE.match(self._last)
        return character if joins or selects else f"<U+{ord(character):04X}>"

    def _escape(self, chunk: str, at: int, _out: list[str]) -> int:
        character = chunk[at]
        if self._state is _State.ESCAPE and character == "[":
            self._state = _State.CSI
        elif self._state is _State.ESCAPE and character in "]PX^_":
            self._state = _State.STRING
        elif " " <= character <= "/":
            self._state = _State.INTERMEDIATE
        else:
            self._state = _State.TEXT
            return at + ("0" <= character <= "~")
        return at + 1

    def _csi(self, chunk: str, at: int, _out: list[str]) -> int:
        character = chunk[at]
        if " " <= character <= "?":
            return at + 1
        self._state = _State.TEXT
        return at + ("@" <= character <= "~")

    def _string(self, chunk: str, at: int, _out: list[str]) -> int:
        end = _STRING_END.search(chunk, at)
        if end is None:
            return len(chunk)
        if end[0] == "\x1b":
            self._state = _State.STRING_ESCAPE
            return end.end()
        self._state = _State.TEXT
        # A string that is never closed must not hide the rest of an answer: a line end closes it.
        return end.start() if end[0] in "\r\n" else end.end()

    def _string_escape(self, chunk: str, at: int, _out: list[str]) -> int:
        if chunk[at] == "\\":
            self._state = _State.TEXT
            return at + 1
        self._state = _State.ESCAPE
        return at


def clean(text: str) -> str:
    """Returns a whole text that is safe to show."""
    if text.isascii() and text.isprintable():  # nearly every name in a list of thousands
        return text
    return Sanitizer().feed(text)


def clean_line(text: str) -> str:
    """Returns a title, a name or a message that is safe and on one line."""
    if text.isascii() and text.isprintable() and " " not in text:
        return text
    return " ".join(clean(text).split())
