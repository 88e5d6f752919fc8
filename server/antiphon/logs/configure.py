"""Sets the log up from the settings.

Without `log.file` it goes to the standard error stream, which editors show, and to a file that all
servers of the user share, which `antiphon log` shows. With `log.file` it goes only there. `-` means
only the standard error stream.
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

STDERR_ONLY: Final = "-"


def configure_logging(settings: LogSettings, redaction: LogRedaction) -> str | None:
    """Sets the log up and returns a warning if the configured file cannot be written."""
    use_clean_records(redaction)
    warning: str | None = None
    formatter = JsonFormatter() if settings.format == "json" else HumanFormatter()
    handlers: list[logging.Handler] = []
    if settings.file and settings.file != STDERR_ONLY:
        configured = _shared_file(Path(settings.file).expanduser(), settings)
        try:
            configured.open()
        except OSError as error:
            warning = f"antiphon.log.file: {error.strerror}; the log goes to stderr"
        else:
            configured.setFormatter(formatter)
            handlers.append(configured)
    if not handlers:
        stderr = logging.StreamHandler(sys.stderr)
        stderr.setFormatter(formatter)
        handlers.append(stderr)
    if settings.file is None:
        default = _shared_file(log_file(), settings)
        default.setFormatter(JsonFormatter())
        handlers.append(default)
    _install(handlers, settings.level.upper())
    return warning


def locate_log(settings: LogSettings) -> Path | None:
    """Returns the log's file, or `None` if the log goes to stderr only."""
    if settings.file is None:
        return log_file()
    return None if settings.file == STDERR_ONLY else Path(settings.file).expanduser()


def _shared_file(path: Path, settings: LogSettings) -> SharedFile:
    return SharedFile(path, max_bytes=settings.max_bytes, max_files=settings.max_files)


def _install(handlers: list[logging.Handler], level: str) -> None:
    root = logging.getLogger()
    for handler in handlers:
        handler.addFilter(is_heard)
    former, root.handlers = root.handlers, handlers
    for handler in former:
        handler.close()
    root.setLevel(level)
    for name in QUIET:
        # So they do not make records that the filter would drop.
        if logging.getLogger(name).level < logging.WARNING:
            logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)
