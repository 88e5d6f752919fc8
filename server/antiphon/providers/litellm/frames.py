"""Encodes and decodes the frames on the worker's pipes.

A frame is four bytes of length, the most significant first, then that many bytes. A length above
the limit means that the two sides no longer understand each other.
"""

from __future__ import annotations

from typing import Final

MAX_FRAME_BYTES: Final = 64 * 1024 * 1024
_HEADER_BYTES: Final = 4


class FrameError(ValueError):
    """The bytes are not frames."""


def encode_frame(body: bytes) -> bytes:
    """Returns `body` as a frame. Raises `FrameError` if it is too large for one."""
    if len(body) > MAX_FRAME_BYTES:
        raise FrameError(f"a message of {len(body)} bytes fits into no frame")
    return len(body).to_bytes(_HEADER_BYTES, "big") + body


class FrameDecoder:
    """Decodes the pipe's bytes, which arrive in arbitrary pieces, into the bodies of frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, piece: bytes) -> list[bytes]:
        """Returns the bodies that `piece` completed, in order. Raises `FrameError`."""
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
