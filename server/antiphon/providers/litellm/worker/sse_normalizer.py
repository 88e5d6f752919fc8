"""A stream of events as litellm can read it: the same events, written plainly.

litellm's readers stumble over comments and byte order marks, split lines inside of text at U+2028
and its like, and pass over events that are errors. So the bytes go through the decoder of this
package first, and what litellm reads has one event a line, nothing but events, and ends where the
provider reported an error.
"""

from __future__ import annotations

import json
from typing import Any, Final, cast

import msgspec

from antiphon.providers.http.sse import SseDecoder
from antiphon.providers.litellm.worker.finish_reasons import finish_reason_in

MAX_UNREADABLE: Final = 3
_LINE_ENDS: Final = tuple(
    (mark.encode(), b"\\u%04x" % ord(mark)) for mark in ("\u2028", "\u2029", "\u0085")
)
"""What some readers take for the end of a line, and how JSON writes it plainly."""


class SseNormalizer:
    """Takes a stream in arbitrary pieces and gives what litellm is to read of it."""

    def __init__(self) -> None:
        self._decoder = SseDecoder()
        self._speaks_json = False
        self.known = False
        """The stream is of a dialect whose ends are known: without a `reason` there is none."""
        self.reason: str | None = None
        """The provider's own word that the answer is over; in the last of what was handed on."""
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

    def feed(self, piece: bytes) -> list[bytes]:
        """The events that `piece` completed, written plainly: one `bytes`, two where the first
        ends with the event that ends the answer.
        """
        if self.over:
            return []
        before: list[bytes] = []
        lines: list[bytes] = []
        for name, data in self._decoder.feed(piece):
            had_reason = self.reason is not None
            plain = self._plain(name, data)
            if self.over:
                break
            if plain is not None:
                event = b"event: " + name + b"\n" if name else b""
                lines.append(event + b"data: " + plain + b"\n\n")
            if self.reason is not None and not had_reason:
                before, lines = lines, []
        if self._decoder.overflow and not self.over:
            self.broken = "A line of the stream passed 4 MiB."
        return [b"".join(part) for part in (before, lines) if part]

    def _plain(self, name: bytes, data: bytes) -> bytes | None:
        """The data of an event on one line; `None` for one that is left out."""
        if data.strip() == b"[DONE]":
            self.done = True
            return data
        if name == b"error" or (b'"error"' in data and _is_error(data)):
            self.error_event = data
            return None
        if not data.strip():
            return None
        if data.strip() == b"null":
            return self._dropped()
        try:
            known, word = finish_reason_in(data)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return self._unusual(data)
        self._speaks_json = True
        self.known = self.known or known
        self.reason = self.reason or word
        if b"sage" in data and (b"reasoning" in data or b"thoughts" in data):  # usage, Google's too
            self.counts_thinking = True
        if not data.isascii() and not _is_utf8(data):
            self.lossy = True
            data = data.decode("utf-8", "replace").encode()
        return _on_one_line(data)

    def _unusual(self, data: bytes) -> bytes | None:
        """What strict JSON does not know but Python does; else left out, in a stream of JSON."""
        text = data.decode("utf-8", "replace")
        try:
            json.loads(text)
        except (ValueError, RecursionError):
            if not self._speaks_json:
                return text.encode().replace(b"\n", b"\ndata: ")
            return self._dropped()
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


def _is_error(data: bytes) -> bool:
    """Whether an event is an error object: one in its `error`, or one that calls itself that."""
    try:
        value: Any = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    if not isinstance(value, dict):
        return False
    found = cast("dict[str, Any]", value)
    return bool(found.get("error")) or "error" in (found.get("object"), found.get("type"))
