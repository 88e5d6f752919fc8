"""Lines of the log as people read them: JSON objects told in words, everything else as it is."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Final, cast

from antiphon_terminal.tty.sanitize import clean, clean_line

LEVELS: Final = ("debug", "info", "warning", "error", "critical")
_LEVEL: Final = re.compile(r"^\S+ \S+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) ")
_IDS: Final = ("request", "session", "run", "pane", "answer", "attempt")
_SHOWN_OF_ID: Final = 6


def level_of(line: str) -> str | None:
    """The level of a line; `None` for one that goes on with the line before it."""
    record = _record(line)
    if record is not None:
        return str(record.get("level", "info"))
    found = _LEVEL.match(line)
    return None if found is None else found[1].lower()


def told(line: str) -> str:
    """A line for a terminal: a moment, a level, what happened, and what it is about."""
    record = _record(line)
    if record is None:
        return clean(line)
    ids = " ".join(
        f"{name} {clean_line(str(record[name]))[-_SHOWN_OF_ID:]}" for name in _IDS if name in record
    )
    moment, level = _moment(record.get("time")), str(record.get("level", "")).upper()
    logger = str(record.get("logger", "")).removeprefix("antiphon.")
    words = f"{moment} {level:7} {clean_line(logger)}: {clean(str(record.get('message', '')))}"
    more = "".join(f"\n  {each}" for each in clean(str(record.get("exception", ""))).splitlines())
    return f"{words}{f'  [{ids}]' if ids else ''}{more}"


def _moment(time: object) -> str:
    try:
        return f"{datetime.fromisoformat(str(time)).astimezone():%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return "?"


def _record(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        record: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", record) if isinstance(record, dict) else None
