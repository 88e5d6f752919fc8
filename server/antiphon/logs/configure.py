"""Sets the log up by the settings.

Without `log.file` it goes to the standard error stream, which editors show, and to a file that all
servers of the person share, which `antiphon log` shows. With `log.file` it goes there alone; `-`
stands for the standard error stream alone.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from antiphon.logs.files import SharedFile
from antiphon.logs.formats import HumanFormatter, JsonFormatter
from antiphon.logs.records import QUIET, is_heard, use_clean_records
from antiphon.settings.paths import log_file

if TYPE_CHECKING:
    from antiphon.logs.records import LogRedaction
    from antiphon.settings.schema.schema import LogSettings

STDERR_ALONE: Final = "-"


def configure_logging(settings: LogSettings, discretion: LogRedaction) -> str | None:
    """Sets the log up; says what is wrong where the file that was named cannot be written."""
    use_clean_records(discretion)
    problem: str | None = None
    chosen = JsonFormatter() if settings.format == "json" else HumanFormatter()
    handlers: list[logging.Handler] = []
    if settings.file and settings.file != STDERR_ALONE:
        named = _shared(Path(settings.file).expanduser(), settings)
        try:
            named.open()
        except OSError as error:
            problem = f"antiphon.log.file: {error.strerror}; the log goes to stderr"
        else:
            named.setFormatter(chosen)
            handlers.append(named)
    if not handlers:
        stderr = logging.StreamHandler(sys.stderr)
        stderr.setFormatter(chosen)
        handlers.append(stderr)
    if settings.file is None:
        kept = _shared(log_file(), settings)
        kept.setFormatter(JsonFormatter())
        handlers.append(kept)
    _install(handlers, settings.level.upper())
    return problem


def path_of_log(settings: LogSettings) -> Path | None:
    """The file that the log is written to; `None` where there is none."""
    if settings.file is None:
        return log_file()
    return None if settings.file == STDERR_ALONE else Path(settings.file).expanduser()


def _shared(path: Path, settings: LogSettings) -> SharedFile:
    return SharedFile(path, max_bytes=settings.max_bytes, kept=settings.max_files)


def _install(handlers: list[logging.Handler], level: str) -> None:
    root = logging.getLogger()
    for handler in handlers:
        handler.addFilter(is_heard)
    former, root.handlers = root.handlers, handlers
    for handler in former:
        handler.close()
    root.setLevel(level)
    for name in QUIET:
        # Saves them the making of records that the filter would drop.
        if logging.getLogger(name).level < logging.WARNING:
            logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)
