"""Looks at the shape of JSON from outside before anything is built of it.

A parser builds every value that a text names: a few bytes can ask for a million lists in each
other, or for a number of a million digits, which takes Python minutes. So the text is walked once,
token by token, and refused where it asks for too much. The walk knows no more of JSON than where
its tokens end; whether it is JSON at all is the parser's to say.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

MOST_BYTES: Final = 16 * 1024 * 1024
"""A session of some thousand long answers; a frame of the protocol holds four times as much."""

MOST_NODES: Final = 500_000
DEEPEST: Final = 32
MOST_DIGITS: Final = 20

# A string that never ends is one token up to the end: looked for anew from every quotation mark in
# it, its end would take the square of its length.
_TOKEN: Final = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
    r"|[\[{]|[\]}]|-?(?P<digits>\d+)(?:\.\d+)?(?:[eE][+-]?\d+)?|\w+",
    re.DOTALL,
)


class JsonLimitExceeded(ValueError):  # noqa: N818 - named by the situation
    """The text asks for more than is built of a text from outside; says of what."""


def parse(text: str) -> Any:
    """Parses the JSON `text` and returns its value.

    Raises `JsonLimitExceeded` if it is too large or too deep, or has too many values or too long an
    integer; `ValueError` if it is not valid JSON (`NaN` and `Infinity` are not).
    """
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise JsonLimitExceeded(f"is larger than {MOST_BYTES // 1024 // 1024} MiB")
    _check(text)
    return json.loads(text, parse_constant=_refuse, parse_float=_finite)


def _check(text: str) -> None:
    depth = 0
    for nodes, token in enumerate(_TOKEN.finditer(text), 1):
        first = text[token.start()]
        if first in "[{":
            depth += 1
            if depth > DEEPEST:
                raise JsonLimitExceeded(f"is nested more than {DEEPEST} deep")
        elif first in "]}":
            depth -= 1
        elif token["digits"] is not None and len(token["digits"]) > MOST_DIGITS:
            raise JsonLimitExceeded(f"has a number of more than {MOST_DIGITS} digits")
        if nodes > MOST_NODES:
            raise JsonLimitExceeded(f"has more than {MOST_NODES:,} values")


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise JsonLimitExceeded("has a number that is too large")
    return value


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")
