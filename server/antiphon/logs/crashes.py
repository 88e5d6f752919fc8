"""Logs uncaught exceptions and crashes as types and frames, without their texts.

Python's own report ends with the exception's text, which may hold a key or a prompt. If the
interpreter itself dies, faulthandler reports frames only. Both go to stderr, which editors keep.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_log = logging.getLogger(__name__)


def report_crashes() -> None:
    """Reports every uncaught exception through the log from now on."""
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable
    try:
        faulthandler.enable()
    except (OSError, RuntimeError, ValueError):
        _log.debug("stderr is not a file, so a crash of the interpreter leaves no report")


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("the server ends because of a bug in Antiphon", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    error = args.exc_value
    if error is not None and not isinstance(error, SystemExit):
        _log.error("a thread ended because of a bug in Antiphon", exc_info=error)


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    _log.error("an exception was raised where no code can catch it", exc_info=args.exc_value)
