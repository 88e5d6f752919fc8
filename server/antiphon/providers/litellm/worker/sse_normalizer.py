"""Rewrites a stream of events in a plain form that litellm reads without errors.

litellm's readers fail at comments and byte order marks, split lines inside of text at U+2028
and its like, and ignore events that are errors. So the bytes go through the decoder of this
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
from antiphon.providers.answers.finish_reasons import Word, classify_end
from antiphon.providers.http.error_body import error_outside
from antiphon.providers.http.sse import SseDecoder
from antiphon.providers.litellm.worker.finish_reasons import EventParts, parse_event

MAX_UNREADABLE: Final = 3
_LINE_ENDS: Final = tuple(
    (mark.encode(), b"\\u%04x" % ord(mark)) for mark in ("\u2028", "\u2029", "\u0085")
)
"""What some readers treat as the end of a line, and its escape in JSON."""


_NOT_STRICT: Final = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}|NaN|-?Infinity")
"""What Python accepts in JSON and others do not. It is replaced if only the shape matters."""


class SseNormalizer:
    """Rewrites a stream that arrives in arbitrary pieces."""

    def __init__(self, misnamed: str = "") -> None:
        """Keeps `misnamed`, the header's media type if it is not that of a stream."""
        self.misnamed = misnamed
        self._decoder = SseDecoder()
        self._speaks_json = False
        self.known = False
        """The stream is of a dialect whose ends are known: without a `reason` there is none."""
        self.word: Word | None = None
        """The provider's own finish reason, which is in the last bytes that were passed on."""
        self.ending = Ending()
        """Whether that reason has ended the answer."""
        self.asked_for_tool = False
        """The model called a function."""
        self._ends_with_body = False
        self.done = False
        """`[DONE]` has arrived."""
        self.error_event: bytes | None = None
        """The data of an event that is an error. Nothing after it is passed on."""
        self.counts_thinking = False
        """The provider counts its reasoning tokens, which litellm estimates otherwise."""
        self.unreadable = 0
        """Events that were left out since they could not be read."""
        self.lossy = False
        """Bytes that are not valid text were replaced."""
        self.broken = ""
        """Why the rest cannot be read, as a sentence."""

    @property
    def over(self) -> bool:
        """Whether nothing more is passed on."""
        return self.error_event is not None or bool(self.broken)

    @property
    def confirmed(self) -> bool:
        """Whether the finish reason is valid for a stream that ended in an orderly way."""
        if self.word is None:
            return False
        return not self.ending.since or self.done or self._ends_with_body

    def feed(self, piece: bytes) -> list[bytes]:
        """Returns the events that `piece` completed, in the plain form.

        They are one `bytes`, or two if the first ends with the event that ends the answer.
        """
        if self.over:
            return []
        before: list[bytes] = []
        lines: list[bytes] = []
        for name, data in self._decoder.feed(piece):
            was_over = self.ending.over
            plain = self._normalize(name, data)
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

    def _normalize(self, name: bytes, data: bytes) -> bytes | None:
        """Returns an event's data on one line, or `None` if it is left out."""
        if data.strip() == b"[DONE]":
            self.done = True
            return data
        if name == b"error" or (_may_be_error(data) and _is_error(data)):
            self.error_event = data
            return _text_beside_error(data)
        if not data.strip():
            return None
        if data.strip() == b"null":
            return self._count_unreadable()
        try:
            parts = parse_event(data)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self._normalize_lenient(data)
        self._speaks_json = True
        self._update(parts)
        if b"sage" in data and (b"reasoning" in data or b"thoughts" in data):  # usage, Google's too
            self.counts_thinking = True
        if not data.isascii() and not _is_utf8(data):
            self.lossy = True
            data = data.decode("utf-8", "replace").encode()
        return _on_one_line(data)

    def _update(self, parts: EventParts) -> None:
        self.known = self.known or parts.known
        self._ends_with_body = self._ends_with_body or parts.ends_with_body
        self.asked_for_tool = self.asked_for_tool or parts.tool
        for came, thinking in ((parts.thinking, True), (parts.text, False)):
            if came:
                self.ending.add(thinking=thinking)
        if parts.word is not None and self.ending.apply(classify_end(parts.word)):
            self.word = parts.word

    def _normalize_lenient(self, data: bytes) -> bytes | None:
        """Returns data that Python's JSON accepts, though it is not strict JSON.

        Other data is left out if the stream is of JSON.
        """
        text = data.decode("utf-8", "replace")
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            if not self._speaks_json:
                return text.encode().replace(b"\n", b"\ndata: ")
            return self._count_unreadable()
        with suppress(msgspec.MsgspecError):
            self._update(parse_event(_NOT_STRICT.sub(b"0", text.encode())))
        self.lossy = self.lossy or not _is_utf8(data)
        return _on_one_line(text.encode())

    def _count_unreadable(self) -> None:
        self.unreadable += 1
        if self.unreadable > MAX_UNREADABLE and not self.ending.over:
            self.broken = f"More than {MAX_UNREADABLE} lines of the stream could not be read."


def _on_one_line(data: bytes) -> bytes:
    """Escapes what litellm's readers treat as the end of a line or an answer."""
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
    """Checks whether an event may be an error. Most have text and no error."""
    return b'"error"' in data or not (b'"delta"' in data or b'"candidates"' in data)


def _is_error(data: bytes) -> bool:
    """Checks whether an event has an `error`, or is one and has no answer."""
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
    """Returns the event with its text alone, or `None` if it has none."""
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
