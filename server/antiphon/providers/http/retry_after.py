"""Parses how long a provider asks to wait, from the headers of its refusal."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def retry_after_ms(headers: Mapping[str, str]) -> int | None:
    """Returns the milliseconds to wait, or `None` if no header names them.

    The headers are `retry-after-ms` and `Retry-After` (RFC 9110, 10.2.3), whose names must be in
    lower case. A date counts from the response's own `Date`, so that a wrong clock on this
    machine does not matter.
    """
    exact = _parse_number(headers.get("retry-after-ms"))
    if exact is not None:
        return int(exact)
    given = headers.get("retry-after")
    seconds = _parse_number(given)
    if seconds is not None:
        return int(seconds * 1000)
    until = _parse_date(given)
    if until is None:
        return None
    now = _parse_date(headers.get("date")) or datetime.now(UTC)
    return max(0, int((until - now).total_seconds() * 1000))


def _parse_number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) and number < 1e12 else None


def _parse_date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
