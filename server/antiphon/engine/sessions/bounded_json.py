"""Parses untrusted JSON within limits that are checked before anything is built.

A parser builds every value that a text names: a few bytes can ask for a million nested lists, or
for a number of a million digits, which takes Python minutes. So the text is scanned once, token by
token, and refused if it asks for too much. The scan finds only the ends of tokens. Whether the text
is valid JSON is for the parser to decide.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

MAX_BYTES: Final = 16 * 1024 * 1024
"""Enough for a session of some thousand long answers. A frame of the protocol may be four times
as large."""

MAX_NODES: Final = 500_000
MAX_DEPTH: Final = 32
MAX_DIGITS: Final = 20

# A string that never ends is one token up to the end. If its end were searched again from every
# quotation mark in it, that would take the square of its length.
_TOKEN: Final = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
    r"|[\[{]|[\]}]|-?(?P<digits>\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?|\w+",
    re.DOTALL,
)


class JsonLimitExceeded(ValueError):  # noqa: N818 - named by the situation
    """The text exceeds a limit, which the message states as `is larger than 16 MiB`."""


def parse(text: str) -> Any:
    """Parses the JSON `text` and returns its value.

    Raises `JsonLimitExceeded` if it is too large or too deep, or has too many values or too long an
    integer; `ValueError` if it is not valid JSON (`NaN` and `Infinity` are not).
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise JsonLimitExceeded(f"is larger than {MAX_BYTES // 1024 // 1024} MiB")
    _check(text)
    return json.loads(text, parse_constant=_refuse_constant, parse_float=_parse_float)


def _check(text: str) -> None:
    depth = 0
    for nodes, token in enumerate(_TOKEN.finditer(text), 1):
        first = text[token.start()]
        if first in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise JsonLimitExceeded(f"is nested more than {MAX_DEPTH} deep")
        elif first in "]}":
            depth -= 1
        elif token["digits"] is not None and len(token["digits"]) > MAX_DIGITS:
            raise JsonLimitExceeded(f"has a number of more than {MAX_DIGITS} digits")
        if nodes > MAX_NODES:
            raise JsonLimitExceeded(f"has more than {MAX_NODES:,} values")


def _parse_float(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise JsonLimitExceeded("has a number that is too large")
    return value


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not valid JSON")
