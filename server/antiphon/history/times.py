"""Days and months of the server's clock on the wall: what budgets and meters count by."""

from __future__ import annotations

from datetime import UTC, datetime

from antiphon.model.failure import error
from antiphon.model.values.times import rfc3339


def day_of(at: str) -> str:
    """The day (`2026-11-22`) of a moment in RFC 3339, in the server's time zone."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d}"


def month_of(at: str) -> str:
    """The month (`2026-11`) of a moment in RFC 3339, in the server's time zone."""
    return day_of(at)[:7]


def parse_time(text: str, field: str) -> str:
    """`text`, RFC 3339 or only a day, in the form in which the history keeps times.

    What names no offset is in UTC. Raises `AntiphonError` of kind `invalid_params` for no time.
    """
    try:
        moment = datetime.fromisoformat(text)
        return rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise error(
            "invalid_params",
            f"{text[:40]!r} is no time.",
            hint="Write it as 2026-11-22T14:02:03Z or 2026-11-22.",
            field=field,
        ) from None
