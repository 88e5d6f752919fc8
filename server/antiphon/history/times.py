"""Reads points in time that a user wrote."""

from __future__ import annotations

from datetime import UTC, datetime

from antiphon.model.failure import error
from antiphon.model.values.times import rfc3339


def parse_time(text: str, field: str) -> str:
    """Parses RFC 3339 or a day, and returns it in the form of the history.

    Without an offset it is in UTC. Raises `AntiphonError` of kind `invalid_params` otherwise.
    """
    try:
        moment = datetime.fromisoformat(text)
        return rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise error(
            "invalid_params",
            f"{text[:40]!r} is not a time.",
            hint="Write it as 2026-11-22T14:02:03Z or 2026-11-22.",
            field=field,
        ) from None
