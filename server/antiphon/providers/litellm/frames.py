"""Frames on a pipe: four bytes of length, most significant first, then that many bytes.

A length that no frame can have means that the two sides no longer understand each other.
"""

from __future__ import annotations

from typing import Final

MAX_FRAME_BYTES: Final = 64 * 1024 * 1024
_HEADER_BYTES: Final = 4


class FrameError(ValueError):
    """The bytes are no frames."""


def framed(body: bytes) -> bytes:
    """`body` as a frame. Raises `FrameError` where it is larger than a frame may be."""
    if len(body) > MAX_FRAME_BYTES:
        raise FrameError(f"a message of {len(body)} bytes fits into no frame")
    return len(body).to_bytes(_HEADER_BYTES, "big") + body


class FrameDecoder:
    """Takes the pipe's bytes in arbitrary pieces and gives the bodies that each piece completed."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, piece: bytes) -> list[bytes]:
        """The bodies that `piece` completed, in order. Raises `FrameError`."""
        buffer = self._buffer
        buffer += piece
        bodies: list[bytes] = []
        start = 0
        while len(buffer) - start >= _HEADER_BYTES:
            begin = start + _HEADER_BYTES
            size = int.from_bytes(buffer[start:begin], "big")
            if size > MAX_FRAME_BYTES:
                raise FrameError(f"a frame of {size} bytes is announced")
            if len(buffer) - begin < size:
                break
            start = begin + size
            bodies.append(bytes(buffer[begin:start]))
        del buffer[:start]
        return bodies
