"""Decodes server-sent events from bytes, by the WHATWG rule and nothing else.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

Lines end only at LF, CR and CRLF, wherever the network cut them. U+2028, U+0085 and their like are
text. An event without its closing blank line is not delivered. Bytes stay bytes here: a character
that was cut in two is whole again once its event is.
"""

from __future__ import annotations

from typing import Final

Event = tuple[bytes, bytes]
"""The event's name (empty for a plain message) and its data."""

MAX_LINE_BYTES: Final = 4 * 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_FIELDS: Final = (b"data:", b"event:", b"id:", b"retry:")


def begins_as_stream(head: bytes) -> bool | None:
    """Checks whether `head` begins a stream of events. Returns `None` if more is needed.

    After a byte order mark and empty lines comes a comment or one of the four fields.
    """
    if len(head) < len(_BOM) and _BOM.startswith(head):
        return None
    line = head.removeprefix(_BOM).lstrip(b"\r\n")
    if line[:1] == b":" or line.startswith(_FIELDS):
        return True
    if not line.strip():
        return None
    return None if any(field.startswith(line) for field in _FIELDS) else False


def misnamed_note(content_type: str) -> str:
    """Returns the note on a stream whose header calls it something else."""
    return f"the provider called its stream {content_type[:80]}; it was read as a stream of events"


class SseDecoder:
    """Decodes a stream that arrives in arbitrary pieces."""

    def __init__(self, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self._max = max_line_bytes
        self._head: bytes | None = b""
        """What has arrived while it may still be a byte order mark, then `None`."""
        self._after_cr = False
        self._line: list[bytes] = []
        self._line_bytes = 0
        self._name = b""
        self._data: list[bytes] = []
        self._data_bytes = 0
        self.overflow = False
        """A line, or an event's data, was longer than allowed. Nothing after it is decoded."""

    def feed(self, piece: bytes) -> list[Event]:
        """Returns the events that `piece` completed, in order."""
        if self._head is not None:
            piece = self._strip_bom(piece)
        if self._after_cr or b"\r" in piece:
            piece = self._normalize_newlines(piece)
        if not piece or self.overflow:
            return []
        lines = piece.split(b"\n")
        rest = lines.pop()
        if lines:
            if self._line:
                self._line.append(lines[0])
                lines[0] = b"".join(self._line)
                self._line.clear()
                self._line_bytes = 0
            if len(lines[0]) > self._max or len(piece) > self._max:
                lines = self._up_to_overflow(lines)
        if rest:
            self._line.append(rest)
            self._line_bytes += len(rest)
        events = self._parse_lines(lines)
        self.overflow = self.overflow or self._line_bytes > self._max
        return events

    def _parse_lines(self, lines: list[bytes]) -> list[Event]:
        events: list[Event] = []
        data = self._data
        for line in lines:
            if line[:5] == b"data:":
                data.append(line[6:] if line[5:6] == b" " else line[5:])
                if len(data) > 1 and self._exceeds_limit():
                    break
            elif not line:
                if data:
                    events.append((self._name, data[0] if len(data) == 1 else b"\n".join(data)))
                    data.clear()
                    self._data_bytes = 0
                self._name = b""
            else:
                self._add_other_field(line)
        return events

    def _add_other_field(self, line: bytes) -> None:
        """Handles `event` and a bare `data`. Comments and other fields mean nothing here."""
        field, _, value = line.partition(b":")
        if field == b"event":
            self._name = value.removeprefix(b" ")
        elif field == b"data":
            self._data.append(b"")

    def _exceeds_limit(self) -> bool:
        """Checks whether one event's lines together exceed the limit."""
        if not self._data_bytes:
            self._data_bytes = len(self._data[0])
        self._data_bytes += len(self._data[-1]) + 1
        self.overflow = self._data_bytes > self._max
        return self.overflow

    def _up_to_overflow(self, lines: list[bytes]) -> list[bytes]:
        for index, line in enumerate(lines):
            if len(line) > self._max:
                self.overflow = True
                return lines[:index]
        return lines

    def _strip_bom(self, piece: bytes) -> bytes:
        head = (self._head or b"") + piece
        if len(head) < len(_BOM) and _BOM.startswith(head):
            self._head = head
            return b""
        self._head = None
        return head.removeprefix(_BOM)

    def _normalize_newlines(self, piece: bytes) -> bytes:
        """Converts all line ends to LF, also a CRLF that was cut in two."""
        if not piece:
            return piece
        if self._after_cr and piece[:1] == b"\n":
            piece = piece[1:]
            self._after_cr = False
            if not piece:
                return piece
        self._after_cr = piece[-1:] == b"\r"
        return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
