"""Parses the base protocol of LSP: bytes in, message bodies out, for any bytes.

Header names are case-insensitive, the space after the colon is optional, and lines end in CRLF or
LF. A frame above the limit is skipped while it streams past. If the framing itself is lost, the
parser reports it once and continues at the next plausible `Content-Length` header: a JSON string
cannot contain a raw line break, so a header that is found that way is not a part of a body.

Law of this module: it imports nothing but `re` (which `json` has loaded by then), because
`antiphon.lsp.startup` needs it before `initialize` is answered.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = b"Content-Length: %d\r\n\r\n"
"""The header before a body, with the body's length."""
MAX_BODY_BYTES = 64 * 1024 * 1024
MAX_SKIP_BYTES = 16 * MAX_BODY_BYTES
"""A longer frame is treated as a damaged length, not as a long message."""
MAX_LINE_BYTES = 8 * 1024
MAX_HEADER_LINES = 64

_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*(.*?)[ \t]*", re.DOTALL)
_LENGTH = re.compile(rb"[0-9]{1,19}")
_RESYNC = re.compile(rb"content-length[ \t]*:[ \t]*[0-9]{1,8}[ \t]*\r?\n", re.IGNORECASE)
_RESYNC_TAIL = 64
"""Longer than any header that `_RESYNC` is likely to meet, so that one cut in two is found."""


class FramingError:
    """Bytes that are not a frame, reported once at their beginning."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return f"Damage({self.reason!r})"


_CONTINUE = FramingError("")
"""A step of the parser without a result; compared by identity, never returned to callers."""


def encode_frame(body: bytes) -> bytes:
    """Returns one message with its header, as it is sent."""
    return HEADER % len(body) + body


class FrameParser:
    """Turns any sequence of chunks into message bodies and reports of damage."""

    def __init__(self, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._max_body_bytes = max_body_bytes
        self._buffer = bytearray()
        self._position = 0
        self._body_bytes: int | None = None
        self._skip_bytes = 0
        self._lost = False
        self._length: int | None = None
        self._header_lines = 0

    @property
    def at_boundary(self) -> bool:
        """Whether the bytes so far end exactly at the end of a frame."""
        return not (
            self._buffer
            or self._header_lines
            or self._skip_bytes
            or self._body_bytes is not None
            or self._lost
        )

    def take_rest(self) -> bytes:
        """Returns what was fed behind the last body, for another parser, and forgets it.

        It may be called inside `feed`'s loop, which must then be left.
        """
        rest = bytes(self._buffer[self._position :])
        self._buffer.clear()
        self._position = 0
        return rest

    def feed(self, data: bytes) -> Iterator[bytes | FramingError]:
        """Yields every body that `data` completes, in order, and must be read to its end."""
        self._buffer += data
        while (item := self._next()) is not None:
            if item is not _CONTINUE:
                yield item
        del self._buffer[: self._position]
        self._position = 0

    def _next(self) -> bytes | FramingError | None:
        """Returns the next item, `_CONTINUE` after a step without one, or `None`."""
        if self._skip_bytes:
            return self._skip()
        if self._lost:
            return self._resynchronise()
        if self._body_bytes is not None:
            return self._body(self._body_bytes)
        return self._header_line()

    def _skip(self) -> FramingError | None:
        step = min(self._skip_bytes, len(self._buffer) - self._position)
        self._position += step
        self._skip_bytes -= step
        return None if self._skip_bytes else _CONTINUE

    def _resynchronise(self) -> FramingError | None:
        found = _RESYNC.search(self._buffer, self._position)
        if found is None:
            self._position = max(self._position, len(self._buffer) - _RESYNC_TAIL)
            return None
        self._position = found.start()
        self._lost = False
        return _CONTINUE

    def _body(self, size: int) -> bytes | None:
        end = self._position + size
        if len(self._buffer) < end:
            return None
        with memoryview(self._buffer) as view:
            body = bytes(view[self._position : end])
        self._position = end
        self._body_bytes = None
        return body

    def _header_line(self) -> FramingError | None:
        end = self._buffer.find(b"\n", self._position, self._position + MAX_LINE_BYTES)
        if end < 0:
            if len(self._buffer) - self._position >= MAX_LINE_BYTES:
                return self._damage("a header line is too long")
            return None
        line = bytes(self._buffer[self._position : end]).removesuffix(b"\r")
        start, self._position = self._position, end + 1
        problem = self._header_field(line) if line else self._end_of_headers()
        if isinstance(problem, str):
            # The line itself may contain the start of the next frame: look for it there first.
            self._position = start + 1
            return self._damage(problem)
        return problem

    def _header_field(self, line: bytes) -> str | FramingError:
        """Adds one header, and returns what is wrong with it, or `_CONTINUE`."""
        self._header_lines += 1
        field = _FIELD.fullmatch(line)
        if field is None or self._header_lines > MAX_HEADER_LINES:
            return "a line is not a header"
        name = field[1].lower()
        if name != b"content-length":
            # `…rubbishContent-Length: 5` is the start of a frame behind the rest of a broken one.
            return "a line is not a header" if name.endswith(b"content-length") else _CONTINUE
        if _LENGTH.fullmatch(field[2]) is None:
            return "Content-Length is not a number of bytes"
        length = int(field[2])
        if self._length not in (None, length):
            return "Content-Length is given twice"
        if length > MAX_SKIP_BYTES:
            return "Content-Length is absurd"
        self._length = length
        return _CONTINUE

    def _end_of_headers(self) -> str | FramingError:
        if not self._header_lines:
            return _CONTINUE  # blank lines between frames do no harm
        if self._length is None:
            return "Content-Length is missing"
        length = self._length
        self._header_lines, self._length = 0, None
        if length > self._max_body_bytes:
            self._skip_bytes = length
            return FramingError(f"a message of {length} bytes is above the limit")
        self._body_bytes = length
        return _CONTINUE

    def _damage(self, reason: str) -> FramingError:
        self._header_lines, self._length = 0, None
        self._lost = True
        return FramingError(reason)
