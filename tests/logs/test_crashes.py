"""A server that dies of a fault of ours says where, and nothing that it held."""

from __future__ import annotations

import subprocess
import sys

import pytest

BEGIN = """
import sys, threading
from antiphon.engine.log_context import current_log_context
from antiphon.engine.redaction import Redactor, format_exception_safely
from antiphon.logs import LogRedaction, configure_logging, report_crashes
from antiphon.settings.schema.schema import LogSettings
report_crashes()
redaction = LogRedaction(Redactor().clean, format_exception_safely, current_log_context)
configure_logging(LogSettings(file="-"), redaction)
held = "somebody's " + "prompt"
def fail(*_):
    raise ExceptionGroup(held, [ValueError(held)]) from OSError(held)
"""
ENDS = {
    "main": ("fail()", 1),
    "thread": ("threading.Thread(target=fail).start()", 0),
    "finalizer": ("type('F', (), {'__del__': fail})(); import gc; gc.collect()", 0),
}


@pytest.mark.parametrize("way", ENDS)
def test_it_names_types_and_frames_and_no_text(way: str) -> None:
    script, code = ENDS[way]
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + script],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code
    assert "builtins.ExceptionGroup" in done.stderr
    assert "builtins.ValueError" in done.stderr
    assert "in fail" in done.stderr
    assert "somebody's prompt" not in done.stderr
