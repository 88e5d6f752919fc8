"""Mistakes as the worker tells of them on stderr: where, and never in whose words.

An exception's message may quote a prompt, so only its type and the code's own lines are shown.
"""

from __future__ import annotations

import sys
import traceback

_FRAMES = -4


def report(problem: BaseException) -> None:
    """Writes what an exception was and where it came from."""
    trace = traceback.extract_tb(problem.__traceback__, limit=_FRAMES)
    where = "; ".join(f"{frame.name} at {frame.filename}:{frame.lineno}" for frame in trace)
    sys.stderr.write(f"{type(problem).__name__} in {where}\n")
    sys.stderr.flush()
