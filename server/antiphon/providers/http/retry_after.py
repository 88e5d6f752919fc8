"""How long a provider asks to wait, from the headers of its refusal."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def retry_after_ms(headers: Mapping[str, str]) -> int | None:
    """Milliseconds to wait by `retry-after-ms` or `Retry-After` (RFC 9110, 10.2.3), if given.

    `headers` are looked up in lower case. A date counts from the answer's own `Date`, so that a
    clock of ours that is wrong does not matter.
    """
    exact = _number(headers.get("retry-after-ms"))
    if exact is not None:
        return int(exact)
    given = headers.get("retry-after")
    seconds = _number(given)
    if seconds is not None:
        return int(seconds * 1000)
    until = _date(given)
    if until is None:
        return None
    now = _date(headers.get("date")) or datetime.now(UTC)
    return max(0, int((until - now).total_seconds() * 1000))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) and number < 1e12 else None


def _date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
