"""Parses the remaining requests and tokens from the `x-ratelimit-*` headers.


OpenAI and Groq send them with every answer: `x-ratelimit-remaining-requests: 59` beside
`x-ratelimit-reset-requests: 1m2.5s`, and the same for tokens.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from antiphon.engine.ports.deltas import RateLimitRemaining

if TYPE_CHECKING:
    from collections.abc import Mapping

_KINDS: Final[tuple[Literal["requests", "tokens"], ...]] = ("requests", "tokens")
_PART: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|d|h|m|s|$)", re.ASCII)
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def parse_allowances(headers: Mapping[str, str]) -> list[RateLimitRemaining]:
    """Returns what the headers say is left, or nothing if they say nothing.

    `headers` must have names in lower case.
    """
    found: list[RateLimitRemaining] = []
    for kind in _KINDS:
        remaining = headers.get(f"x-ratelimit-remaining-{kind}", "")
        reset_s = parse_duration_s(headers.get(f"x-ratelimit-reset-{kind}", ""))
        if (
            remaining.isascii()
            and remaining.isdigit()
            and len(remaining) < 16
            and reset_s is not None
        ):
            found.append(RateLimitRemaining(kind, int(remaining), reset_s))
    return found


def parse_duration_s(duration: str) -> float | None:
    """Parses the seconds of `6m0s`, `1.5s`, `20ms` or a bare number, else returns `None`."""
    parts = _PART.findall(duration)
    if not parts or "".join(number + unit for number, unit in parts) != duration:
        return None
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)
