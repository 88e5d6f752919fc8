"""Recognizes messages with so many values that decoding would block the loop.

Decoding costs time for each value: a text of 64 MiB takes milliseconds, as many bytes of empty
lists take seconds. Values are counted by one scan outside strings, in a thread, in short steps.
"""

from __future__ import annotations

import anyio.to_thread

BULKY_BYTES = 1024 * 1024
"""Smaller messages cannot contain enough values to matter."""
MAX_VALUES = 200_000
_SEPARATORS = (b",", b"[", b"{")
_STEP_BYTES = 64 * 1024
"""Each call into C holds the interpreter's lock, so none may be long."""


async def has_too_many_values(body: bytes) -> bool:
    """Checks whether `body` has more than `MAX_VALUES` values, if it is `BULKY_BYTES` long."""
    return len(body) >= BULKY_BYTES and await anyio.to_thread.run_sync(_exceeds, body)


def _exceeds(body: bytes) -> bool:
    values = position = 0
    while position < len(body) and values <= MAX_VALUES:
        step = min(position + _STEP_BYTES, len(body))
        quote = body.find(b'"', position, step)
        end = step if quote < 0 else quote
        values += sum(body.count(separator, position, end) for separator in _SEPARATORS)
        position = step if quote < 0 else _end_of_string(body, quote)
    return values > MAX_VALUES


def _end_of_string(body: bytes, start: int) -> int:
    """Returns the position after the string that starts at `start`."""
    position = start + 1
    while (end := body.find(b'"', position)) >= 0:
        before = end
        while body[before - 1] == ord("\\"):
            before -= 1
        if (end - before) % 2 == 0:
            return end + 1
        position = end + 1
    return len(body)
