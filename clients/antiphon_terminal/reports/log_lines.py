"""Formats JSON lines of the log for people, and keeps other lines."""

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


def parse_level(line: str) -> str | None:
    """Returns a line's level, or `None` if it continues the line before it."""
    record = _parse_record(line)
    if record is not None:
        return str(record.get("level", "info"))
    found = _LEVEL.match(line)
    return None if found is None else found[1].lower()


def format_line(line: str) -> str:
    """Formats a line for a terminal: time, level, logger, message and ids."""
    record = _parse_record(line)
    if record is None:
        return clean(line)
    ids = " ".join(
        f"{name} {clean_line(str(record[name]))[-_SHOWN_OF_ID:]}" for name in _IDS if name in record
    )
    time, level = _format_time(record.get("time")), str(record.get("level", "")).upper()
    logger = str(record.get("logger", "")).removeprefix("antiphon.")
    text = f"{time} {level:7} {clean_line(logger)}: {clean(str(record.get('message', '')))}"
    traceback = "".join(
        f"\n  {each}" for each in clean(str(record.get("exception", ""))).splitlines()
    )
    return f"{text}{f'  [{ids}]' if ids else ''}{traceback}"


def _format_time(time: object) -> str:
    try:
        return f"{datetime.fromisoformat(str(time)).astimezone():%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return "?"


def _parse_record(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        record: Any = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", record) if isinstance(record, dict) else None
