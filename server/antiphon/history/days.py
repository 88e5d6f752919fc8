"""Days and months of the server's clock on the wall: what budgets and meters count by."""

from __future__ import annotations

from datetime import datetime


def day_of(at: str) -> str:
    """The day (`2026-11-22`) of a moment in RFC 3339, in the server's time zone."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d}"


def month_of(at: str) -> str:
    """The month (`2026-11`) of a moment in RFC 3339, in the server's time zone."""
    return day_of(at)[:7]
