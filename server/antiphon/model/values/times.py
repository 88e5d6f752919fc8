"""Points in time on the wire: RFC 3339, UTC, milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """The current time as `2026-11-22T14:02:03.004Z`."""
    return rfc3339(datetime.now(UTC))


def rfc3339(moment: datetime) -> str:
    """An aware `moment` as RFC 3339 in UTC with milliseconds."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
    )
