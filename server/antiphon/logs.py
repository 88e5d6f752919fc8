"""Where the server's log goes: the standard error stream or a file, one line a record.

stdout belongs to the protocol. Prompts, answers and keys are never logged; libraries that would
log message bodies are held at WARNING, whatever the level.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from antiphon.settings.schema import LogSettings

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_TALKATIVE: Final = ("pygls", "aiohttp", "aiosqlite", "asyncio")


def configure_logging(settings: LogSettings) -> str | None:
    """Sets the log up; says what is wrong where the file cannot be written."""
    problem: str | None = None
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if settings.file:
        try:
            handler = _private_file(Path(settings.file).expanduser())
        except OSError as error:
            problem = f"antiphon.log.file: {error.strerror}; the log goes to stderr"
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    for former in root.handlers:
        former.close()
    root.handlers = [handler]
    root.setLevel(settings.level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    return problem


def _private_file(path: Path) -> logging.Handler:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_APPEND, 0o600))
    return logging.FileHandler(path, encoding="utf-8")
