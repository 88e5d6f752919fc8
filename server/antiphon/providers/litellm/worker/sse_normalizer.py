"""A stream of events as litellm can read it: the same events, written plainly.

litellm's readers stumble over comments and byte order marks, split lines inside of text at U+2028
and its like, and pass over events that are errors. So the bytes go through the decoder of this
package first, and what litellm reads has one event a line, nothing but events, and ends where the
provider reported an error.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any, Final, cast

import msgspec

from antiphon.providers.answers.ending import Ending
from antiphon.providers.answers.finish_reasons import Word, end_of
from antiphon.providers.http.error_body import error_outside
from antiphon.providers.http.sse import SseDecoder
from antiphon.providers.litellm.worker.finish_reasons import Seen, seen_in

MAX_UNREADABLE: Final = 3
_LINE_ENDS: Final = tuple(
    (mark.encode(), b"\\u%04x" % ord(mark)) for mark in ("\u2028", "\u2029", "\u0085")
)
"""What some readers take for the end of a line, and how JSON writes it plainly."""


_ODD: Final = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}|NaN|-?Infinity")
"""What Python reads in JSON and others do not; replaced if only the shape matters."""


class SseNormalizer:
    """Takes a stream in arbitrary pieces and gives what litellm is to read of it."""

    def __init__(self, misnamed: str = "") -> None:
        """`misnamed` is what the header calls the stream, if that is something else."""
        self.misnamed = misnamed
        self._decoder = SseDecoder()
        self._speaks_json = False
        self.known = False
        """The stream is of a dialect whose ends are known: without a `reason` there is none."""
        self.word: Word | None = None
        """The provider's own word that the answer is over; in the last of what was handed on."""
        self.ending = Ending()
        """Whether that word has ended the answer."""
        self.asked_for_tool = False
        """The model called a function."""
        self._ends_with_body = False
        self.done = False
        """`[DONE]` came."""
        self.error_event: bytes | None = None
        """The data of an event that is an error; nothing after it is handed on."""
        self.counts_thinking = False
        """The provider says how many tokens it thought; litellm estimates that otherwise."""
        self.unreadable = 0
        """Events that were left out since they could not be read."""
        self.lossy = False
        """Bytes that are no text were replaced."""
        self.broken = ""
        """Why the rest cannot be read, as a sentence."""

    @property
    def over(self) -> bool:
        """Whether nothing more is handed on."""
        return self.error_event is not None or bool(self.broken)

    @property
    def confirmed(self) -> bool:
        """Whether the word holds for a stream that has come to its orderly end."""
        if self.word is None:
            return False
        return not self.ending.since or self.done or self._ends_with_body

    def feed(self, piece: bytes) -> list[bytes]:
        """The events that `piece` completed, written plainly: one `bytes`, two where the first
        ends with the event that ends the answer.
        """
        if self.over:
            return []
        before: list[bytes] = []
        lines: list[bytes] = []
        for name, data in self._decoder.feed(piece):
            was_over = self.ending.over
            plain = self._plain(name, data)
            if plain is not None:
                event = b"event: " + name + b"\n" if name else b""
                lines.append(event + b"data: " + plain + b"\n\n")
            if self.over:
                break
            if self.ending.over and not was_over:
                before, lines = before + lines, []
        if self._decoder.overflow and not self.over:
            self.broken = "A line of the stream passed 4 MiB."
        return [b"".join(part) for part in (before, lines) if part]

    def _plain(self, name: bytes, data: bytes) -> bytes | None:
        """The data of an event on one line; `None` for one that is left out."""
        if data.strip() == b"[DONE]":
            self.done = True
            return data
        if name == b"error" or (_may_be_error(data) and _is_error(data)):
            self.error_event = data
            return _text_beside_error(data)
        if not data.strip():
            return None
        if data.strip() == b"null":
            return self._dropped()
        try:
            seen = seen_in(data)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self._unusual(data)
        self._speaks_json = True
        self._look(seen)
        if b"sage" in data and (b"reasoning" in data or b"thoughts" in data):  # usage, Google's too
            self.counts_thinking = True
        if not data.isascii() and not _is_utf8(data):
            self.lossy = True
            data = data.decode("utf-8", "replace").encode()
        return _on_one_line(data)

    def _look(self, seen: Seen) -> None:
        self.known = self.known or seen.known
        self._ends_with_body = self._ends_with_body or seen.ends_with_body
        self.asked_for_tool = self.asked_for_tool or seen.tool
        for came, thinking in ((seen.thinking, True), (seen.text, False)):
            if came:
                self.ending.add(thinking=thinking)
        if seen.word is not None and self.ending.take(end_of(seen.word)):
            self.word = seen.word

    def _unusual(self, data: bytes) -> bytes | None:
        """What strict JSON does not know but Python does; else left out, in a stream of JSON."""
        text = data.decode("utf-8", "replace")
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            if not self._speaks_json:
                return text.encode().replace(b"\n", b"\ndata: ")
            return self._dropped()
        with suppress(msgspec.MsgspecError):
            self._look(seen_in(_ODD.sub(b"0", text.encode())))
        self.lossy = self.lossy or not _is_utf8(data)
        return _on_one_line(text.encode())

    def _dropped(self) -> None:
        self.unreadable += 1
        if self.unreadable > MAX_UNREADABLE:
            self.broken = f"More than {MAX_UNREADABLE} lines of the stream could not be read."


def _on_one_line(data: bytes) -> bytes:
    """JSON without what litellm's readers take for the end of a line, or of the answer."""
    if not data.isascii():
        for mark, written in _LINE_ENDS:
            data = data.replace(mark, written)
    return data.replace(b"\n", b" ").replace(b"[DONE]", b"\\u005bDONE]")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _may_be_error(data: bytes) -> bool:
    """Tells whether an event needs a closer look; most have text and no error."""
    return b'"error"' in data or not (b'"delta"' in data or b'"candidates"' in data)


def _is_error(data: bytes) -> bool:
    """Tells whether an event has an `error`, or is one and has no answer."""
    try:
        value: Any = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    if not isinstance(value, dict):
        return False
    found = cast("dict[str, Any]", value)
    if found.get("error"):
        return True
    return not (found.get("choices") or found.get("candidates")) and bool(error_outside(found))


def _text_beside_error(data: bytes) -> bytes | None:
    """The event without its error and its finish reason, if it brings text too."""
    try:
        value: Any = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    choices: Any = cast("dict[str, Any]", value).get("choices") if isinstance(value, dict) else None
    first: Any = cast("list[Any]", choices)[0] if isinstance(choices, list) and choices else None
    delta: Any = cast("dict[str, Any]", first).get("delta") if isinstance(first, dict) else None
    if not delta:
        return None
    return msgspec.json.encode({"choices": [{"index": 0, "delta": delta}]})
