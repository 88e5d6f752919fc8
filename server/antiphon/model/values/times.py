"""Formats times for the wire (RFC 3339, UTC, milliseconds), and names their days."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache


def now() -> str:
    """Returns the current time as `2026-11-22T14:02:03.004Z`."""
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{_format_second(seconds)}.{milliseconds:03d}Z"


def rfc3339(at: datetime) -> str:
    """Formats an aware time as RFC 3339 in UTC with milliseconds."""
    seconds = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{seconds}.{at.microsecond // 1000:03d}Z"


@lru_cache(maxsize=4)  # a run asks for the time of every message
def _format_second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def day_of(at: str) -> str:
    """Returns the day (`2026-11-22`) of an RFC 3339 time, in the server's time zone."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d}"


def month_of(at: str) -> str:
    """Returns the month (`2026-11`) of an RFC 3339 time, in the server's time zone."""
    return day_of(at)[:7]
