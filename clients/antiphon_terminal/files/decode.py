"""Decodes text from files and pipes, whose bytes need not be UTF-8."""

from __future__ import annotations

import codecs
import contextlib
from typing import Final

import click

_SNIFFED: Final = 8_192
_MARKED: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decoded(data: bytes, name: str) -> str:
    """Decodes `data`, and warns of bytes that are not UTF-8, which become U+FFFD.

    UTF-16 is known by its mark, as Windows writes it. Raises `click.UsageError` if `data` has NUL
    bytes and so is not text.
    """
    for encoding in ("utf-8-sig", *(["utf-16"] if data.startswith(_MARKED) else ())):
        with contextlib.suppress(UnicodeDecodeError):  # what is in doubt is decided below
            return data.decode(encoding)
    if b"\0" in data[:_SNIFFED]:
        raise click.UsageError(f"{name} is not text: it has NUL bytes. Leave it out.")
    bad = len(data) - len(data.decode("utf-8", "ignore").encode())
    what = "1 byte is" if bad == 1 else f"{bad:,} bytes are"
    click.echo(
        f"Warning: {what} not UTF-8 in {name}, and U+FFFD is sent in place of what cannot be read. "
        "If that matters, convert it first, for example with: iconv -f ISO-8859-1 -t UTF-8.",
        err=True,
    )
    return data.decode("utf-8-sig", "replace")
