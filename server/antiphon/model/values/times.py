"""Formats times for the wire: RFC 3339, UTC, milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """Returns the current time as `2026-11-22T14:02:03.004Z`."""
    return rfc3339(datetime.now(UTC))


def rfc3339(time: datetime) -> str:
    """Formats an aware `time` as RFC 3339 in UTC with milliseconds."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"
