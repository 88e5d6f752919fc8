"""Turns the bytes of a document into text, or says why that cannot be."""

from __future__ import annotations

import codecs
from typing import Final

from antiphon.engine.source_text.problems import UnreadableSourceError

MOST_BYTES: Final = 1024 * 1024
"""A prompt file or a pipeline that is larger is not one that a human wrote."""
BOM: Final = "\ufeff"


def decode_source(data: bytes, most_bytes: int = MOST_BYTES) -> str:
    """Returns the text of a document, without its byte order mark.

    Raises `UnreadableSourceError` for a document that is too large or not UTF-8.
    """
    check_size(len(data), most_bytes)
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode()
    except UnicodeDecodeError as problem:
        readable = data[: problem.start].decode()
        message = "This is not UTF-8 text from here on. Save it as UTF-8."
        raise UnreadableSourceError(message, len(readable)) from None


def check_text(text: str, most_bytes: int = MOST_BYTES) -> None:
    """Checks a document that came as text.

    Raises `UnreadableSourceError` for one that is too large or has half of a surrogate pair.
    """
    check_size(len(text), most_bytes)
    try:
        size = len(text) if text.isascii() else len(text.encode())
    except UnicodeEncodeError as problem:
        message = "Half of a surrogate pair is not a character."
        raise UnreadableSourceError(message, problem.start) from None
    check_size(size, most_bytes)


def check_size(size: int, most_bytes: int = MOST_BYTES) -> None:
    """Raises `UnreadableSourceError` for a document of more bytes than are read."""
    if size > most_bytes:
        raise UnreadableSourceError(
            f"The document has {size:,} bytes; at most {most_bytes:,} are read."
        )
