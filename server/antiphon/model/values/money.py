"""Converts money to whole numbers, so that any database sums it exactly.

A *pico* is a millionth of a millionth of a US dollar. What is below it is stored beside it, counted
in 1e-24 dollars: prices of a token may have more than twelve decimals.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Final

PICOS: Final = 10**12
"""Picos in a dollar."""
_RESTS: Final = 10**12
"""Units of 1e-24 dollars in a pico."""
_MAX_PICOS: Final = 2**62
_EXACT: Final = Context(prec=80)


def picos(amount: Decimal) -> int:
    """Converts `amount` dollars to picos, rounded up, at most what a database can hold."""
    whole = _EXACT.multiply(amount, Decimal(PICOS)).to_integral_value(ROUND_CEILING)
    return min(int(whole), _MAX_PICOS)


def parts(amount: str | None) -> tuple[int, int]:
    """Converts a decimal string of dollars to whole picos and the rest in 1e-24 dollars.

    `None`, an unknown amount, is `(0, 0)`.
    """
    if amount is None:
        return 0, 0
    exact = _EXACT.multiply(Decimal(amount), Decimal(PICOS))
    whole = exact.to_integral_value(ROUND_FLOOR)
    rest = _EXACT.multiply(_EXACT.subtract(exact, whole), Decimal(_RESTS))
    return min(int(whole), _MAX_PICOS), int(rest)


def dollars(whole: int, rest: int = 0) -> str:
    """Converts picos and a rest in 1e-24 dollars to the decimal string of the wire."""
    exact = _EXACT.divide(Decimal(whole * _RESTS + rest), Decimal(PICOS * _RESTS))
    return f"{exact.normalize(_EXACT):f}" if exact else "0"
