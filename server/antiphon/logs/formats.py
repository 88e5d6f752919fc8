"""How a record looks: a line for people, or a JSON object a line for programs."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any, Final

_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would drive the terminal of somebody who reads the log with `cat`."""
_SHOWN_OF_ID: Final = 6
"""An id's beginning is the time, which stands in the line already."""


class HumanFormatter(logging.Formatter):
    """`2026-01-31 12:00:00.000 INFO antiphon.engine.run.run [run 4XK2PD pane 9QM3TA] message`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; an exception's frames follow it, indented."""
        moment = datetime.fromtimestamp(record.created).strftime("%Y-%m-%d %H:%M:%S")  # noqa: DTZ006 - the clock on the wall
        ids = " ".join(f"{name} {value[-_SHOWN_OF_ID:]}" for name, value in _tags(record).items())
        words = "\n".join([record.getMessage(), *_more(record)])
        begin = f"{moment}.{record.msecs:03.0f} {record.levelname} {record.name}"
        return visible(f"{begin} [{ids}] {words}" if ids else f"{begin} {words}").replace(
            "\n", "\n  "
        )


class JsonFormatter(logging.Formatter):
    """One object: `time`, `level`, `logger`, `pid`, `message`, the ids, and what was measured."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        more = "\n".join(_more(record))
        line: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "pid": record.process,
            "message": record.getMessage(),
        }
        for name, value in (_tags(record) | getattr(record, "figures", {})).items():
            line.setdefault(name, value)
        if more:
            line["exception"] = more
        return json.dumps(line, separators=(",", ":")).replace("\x7f", "\\u007f")


def visible(text: str) -> str:
    """`text` with its control characters written out."""
    return _CONTROLS.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def _tags(record: logging.LogRecord) -> dict[str, Any]:
    return dict(getattr(record, "tags", {}))


def _more(record: logging.LogRecord) -> list[str]:
    return [text for text in (record.exc_text, record.stack_info) if text]
