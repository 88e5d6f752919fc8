"""Converts any JSON value to one that SQLite can store.

JSON strings may hold half a surrogate pair, which UTF-8 has no bytes for: it becomes U+FFFD, and
two halves that belong together become their character. JSON integers have no limit: one beyond
64 bits is stored as the nearest that fits. A float that is not finite is stored as unknown.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_INT_MAX: Final = 2**63 - 1
_INT_MIN: Final = -(2**63)


def text(value: str) -> str:
    """Returns `value` as text that can be encoded in UTF-8."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return value


def row(values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the parameters of one statement, each as something that SQLite can store."""
    return {name: _value(value) for name, value in values.items()}


def json_text(value: Any) -> str | None:
    """Encodes `value` as compact JSON, or returns `None` if it is `None`."""
    if value is None:
        return None
    return text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int):
        return max(_INT_MIN, min(value, _INT_MAX))
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
