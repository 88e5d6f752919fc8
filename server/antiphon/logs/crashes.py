"""The last words of a server that dies of a fault of ours: types and frames, and no text.

Python's own report ends with the exception's text, which may hold a key or a prompt, and on a dead
interpreter faulthandler's has frames only. Both go to stderr, where editors keep them.
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
    """Has whatever nobody caught reported through the log."""
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable
    try:
        faulthandler.enable()
    except (OSError, RuntimeError, ValueError):
        _log.debug("stderr is no file, so a dead interpreter leaves no report")


def _uncaught(
    kind: type[BaseException], problem: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("the server ends: a fault of ours", exc_info=(kind, problem, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    problem = args.exc_value
    if problem is not None and not isinstance(problem, SystemExit):
        _log.error("a thread ended: a fault of ours", exc_info=problem)


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    _log.error("an exception that nobody can catch", exc_info=args.exc_value)
