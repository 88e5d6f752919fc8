"""Stores U+0000, which PostgreSQL's text cannot hold, and gives it back.

U+FDD0 is one of the noncharacters (Unicode 23.7), so it may mark one that is replaced:
U+0000 becomes U+FDD0 and `0`, U+FDD0 itself becomes U+FDD0 and `1`.
"""

from __future__ import annotations

from typing import Final

_MARK: Final = "\ufdd0"


def without_nul(value: str) -> str:
    """Returns `value` as PostgreSQL can store it."""
    if "\0" not in value and _MARK not in value:
        return value
    return value.replace(_MARK, f"{_MARK}1").replace("\0", f"{_MARK}0")


def with_nul(stored: str) -> str:
    """Returns what `without_nul` was given."""
    if _MARK not in stored:
        return stored
    return stored.replace(f"{_MARK}0", "\0").replace(f"{_MARK}1", _MARK)
