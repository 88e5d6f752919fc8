"""Money as whole numbers, so that any database sums it exactly.

A *pico* is a millionth of a millionth of a US dollar. What lies below it is kept beside it, counted
in 1e-24 dollars: prices of a token may have more than twelve decimals.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Final

PICOS: Final = 10**12
"""In a dollar."""
_RESTS: Final = 10**12
"""In a pico."""
_MOST: Final = 2**62
_EXACT: Final = Context(prec=80)


def picos(amount: Decimal) -> int:
    """`amount` dollars as picos, rounded up; at most what a database can hold."""
    whole = _EXACT.multiply(amount, Decimal(PICOS)).to_integral_value(ROUND_CEILING)
    return min(int(whole), _MOST)


def parts(amount: str | None) -> tuple[int, int]:
    """A decimal string of dollars as whole picos and the rest below; nothing for `None`."""
    if amount is None:
        return 0, 0
    exact = _EXACT.multiply(Decimal(amount), Decimal(PICOS))
    whole = exact.to_integral_value(ROUND_FLOOR)
    rest = _EXACT.multiply(_EXACT.subtract(exact, whole), Decimal(_RESTS))
    return min(int(whole), _MOST), int(rest)


def dollars(whole: int, rest: int = 0) -> str:
    """Picos, and what lies below them, as the decimal string of the wire."""
    exact = _EXACT.divide(Decimal(whole * _RESTS + rest), Decimal(PICOS * _RESTS))
    return f"{exact.normalize(_EXACT):f}" if exact else "0"
