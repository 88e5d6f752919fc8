"""Formats numbers, costs and times the same way in the server and in the terminal.

`clients/protocol/format_cases.json` holds this module, the Neovim plugin and the VS Code extension
to one table of cases.
"""

from __future__ import annotations

import math
from datetime import datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from antiphon.model.values.usage import Usage

UNPRICED: Final = "unpriced"
_UNITS: Final = ((1000, "k"), (1_000_000, "M"), (1_000_000_000, "B"))
_LARGEST_EXACT: Final = 9_999
_EN_DASH: Final = "\u2013"
_CENT_PLACES: Final = 2
_MOST_PLACES: Final = 6
_SILENCE_MS: Final = 3_000
"""A stream that has been silent for this long has no speed any more."""
_LEAST: Final = Decimal(1).scaleb(-_MOST_PLACES)


def join_parts(parts: Iterable[str]) -> str:
    """Joins the parts that are not empty: `2 of 3 answered · 1,204 tokens`."""
    return " · ".join(filter(None, parts))


def count_written_tokens(usage: Usage) -> int:
    """Counts the tokens that the model wrote, reasoning included."""
    return usage.output_tokens + usage.reasoning_tokens


def format_count(count: int) -> str:
    """Formats a count: `1,204`, from ten thousand on `12.3k`."""
    if count <= _LARGEST_EXACT:
        return format_exact_count(count)
    size, unit = next((each for each in _UNITS if count < each[0] * 999.95), _UNITS[-1])
    return _trim_tenth((count + size // 20) // (size // 10)) + unit


def format_exact_count(count: int) -> str:
    """Formats every digit of a count: `12,340`."""
    return f"{count:,}"


def format_tokens(count: int) -> str:
    """Formats a number of tokens: `1 token`, `1,204 tokens`."""
    return f"{format_count(count)} {'token' if count == 1 else 'tokens'}"


def format_money(amount: Decimal | str) -> str:
    """Formats US dollars: `$12.30`, or two significant digits below a dollar: `$0.012`."""
    value = Decimal(amount)
    if 0 < value < _LEAST:
        return f"<${_LEAST:f}"
    places = _CENT_PLACES
    if 0 < value < 1:
        places = min(_MOST_PLACES, max(_CENT_PLACES, 1 - value.adjusted()))
    rounded = f"{value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
    whole, _, digits = rounded.partition(".")
    return f"${whole}.{digits[:_CENT_PLACES]}{digits[_CENT_PLACES:].rstrip('0')}"


def format_cost(amount: str | None) -> str:
    """Formats the cost of an answer. An unknown price is not zero."""
    return UNPRICED if amount is None else format_money(amount)


def format_sum(amount: Decimal | str | None, unpriced: int) -> str:
    """Formats a sum and how many answers are not in it: `$0.012 + 2 unpriced`."""
    if amount is None:
        return UNPRICED if unpriced else ""
    return format_money(amount) + (f" + {unpriced:,} {UNPRICED}" if unpriced else "")


def format_total_cost(amounts: Iterable[str | None]) -> str:
    """Adds costs up and formats them, with how many of them are unknown."""
    every = list(amounts)
    priced = [Decimal(amount) for amount in every if amount is not None]
    return format_sum(sum(priced, Decimal(0)) if priced else None, len(every) - len(priced))


def format_cost_range(likely: str, most: str) -> str:
    """Formats a range of costs: two amounts, or `up to $0.02`."""
    low, high = format_money(likely), format_money(most)
    if low == high:
        return low
    return f"up to {high}" if Decimal(likely) < _LEAST else f"{low}{_EN_DASH}{high[1:]}"


def format_speed(tokens_per_second: float | None) -> str:
    """Formats a speed: `42 tok/s`, or nothing if it was not measured."""
    if tokens_per_second is None:
        return ""
    tenths = math.floor(tokens_per_second * 10 + 0.5)
    if tokens_per_second > 0 and tenths == 0:
        return "<0.1 tok/s"
    if tenths < 100:
        return f"{_trim_tenth(tenths)} tok/s"
    return f"{format_count(math.floor(tokens_per_second + 0.5))} tok/s"


def format_duration(milliseconds: float) -> str:
    """Formats a duration.

    For example `300 ms`, `1.2 s`, `12 s`, `1 min 39 s`, `1 h 1 min`.
    """
    whole = math.floor(milliseconds + 0.5)
    if whole < 1000:
        return f"{whole} ms"
    if whole < 9_950:
        tenths = (whole + 50) // 100
        return f"{tenths // 10}.{tenths % 10} s"
    return _whole_seconds((whole + 500) // 1000)


def format_silence(milliseconds: float) -> str:
    """Formats how long a stream has been silent, or nothing below three seconds."""
    if milliseconds < _SILENCE_MS:
        return ""
    return f"no text for {_whole_seconds(int(milliseconds) // 1000)}"


def format_percent(share: float) -> str:
    """Formats a share from 0 to 1.

    Only a whole is `100%`, and only nothing is `0%`.
    """
    if share in {0, 1}:
        return f"{share:.0%}"
    return f"{min(99, max(1, math.floor(share * 100 + 0.5)))}%"


def format_time(time: str, zone: tzinfo | None = None) -> str:
    """Formats a time of the wire in local time, or in `zone`: `2026-11-22 15:02`."""
    return f"{datetime.fromisoformat(time).astimezone(zone):%Y-%m-%d %H:%M}"


def format_time_with_offset(time: str, zone: tzinfo | None = None) -> str:
    """Formats a time of the wire in local time with its offset: `2026-11-22 15:02 +01:00`."""
    local = datetime.fromisoformat(time).astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {local.isoformat()[-len('+00:00') :]}"


def _trim_tenth(tenths: int) -> str:
    whole, tenth = divmod(tenths, 10)
    return f"{whole}.{tenth}" if tenth else f"{whole}"


def _whole_seconds(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return _two_units(seconds, 60, "min", "s")
    return _two_units(seconds // 60, 60, "h", "min")


def _two_units(value: int, size: int, large: str, small: str) -> str:
    whole, rest = divmod(value, size)
    return f"{whole} {large} {rest} {small}" if rest else f"{whole} {large}"
