"""Formats log records: as lines for people, or as JSON lines for programs."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

from antiphon.model.values import hidden_ranges as ranges

_HIDDEN: Final = re.compile(rf"\r|[{ranges.HIDDEN}](?<![{ranges.JOINER}{ranges.SELECTOR}])")
"""What would drive the terminal of a user who reads the log with `cat`, or hide a part of it.

Joiners and selectors are left: names in many scripts need them.
"""
_SHOWN_OF_ID: Final = 6
"""Last characters of an id: its beginning is the time, which the line has already."""


class HumanFormatter(logging.Formatter):
    """`2026-01-31 12:00:00.000 INFO antiphon.engine.run.run [run 4XK2PD pane 9QM3TA] message`."""

    def format(self, record: logging.LogRecord) -> str:
        """Formats the record as one line, followed by an exception's frames, indented."""
        time = datetime.fromtimestamp(record.created).strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ006 - local time
        ids = " ".join(f"{name} {value[-_SHOWN_OF_ID:]}" for name, value in _tags(record).items())
        message = "\n".join([record.getMessage(), *_traceback_texts(record)])
        begin = f"{time}.{record.msecs:03.0f} {record.levelname} {record.name}"
        return escape_hidden(f"{begin} [{ids}] {message}" if ids else f"{begin} {message}").replace(
            "\n", "\n  "
        )


class JsonFormatter(logging.Formatter):
    """One object: `time`, `level`, `logger`, `pid`, `message`, the ids, and what was measured."""

    def format(self, record: logging.LogRecord) -> str:
        """Formats the record as one line of JSON."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        traceback = "\n".join(_traceback_texts(record))
        line: dict[str, Any] = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "pid": record.process,
            "message": record.getMessage(),
        }
        for name, value in (_tags(record) | getattr(record, "figures", {})).items():
            line.setdefault(name, value)
        if traceback:
            line["exception"] = traceback
        return json.dumps(line, separators=(",", ":")).replace("\x7f", "\\u007f")


def escape_hidden(text: str) -> str:
    """Returns `text` with its hidden characters written as `<U+001B>`."""
    return _HIDDEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def _tags(record: logging.LogRecord) -> dict[str, Any]:
    return dict(getattr(record, "tags", {}))


def _traceback_texts(record: logging.LogRecord) -> list[str]:
    return [text for text in (record.exc_text, record.stack_info) if text]
