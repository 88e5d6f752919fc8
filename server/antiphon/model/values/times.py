"""Formats times for the wire (RFC 3339, UTC, milliseconds), and names their days."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Returns the current time as `2026-11-22T14:02:03.004Z`."""
    return rfc3339(datetime.now(UTC))


def rfc3339(time: datetime) -> str:
    """Formats an aware `time` as RFC 3339 in UTC with milliseconds."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def day_of(at: str) -> str:
    """Returns the day (`2026-11-22`) of an RFC 3339 time, in the server's time zone."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d}"


def month_of(at: str) -> str:
    """Returns the month (`2026-11`) of an RFC 3339 time, in the server's time zone."""
    return day_of(at)[:7]
