"""The log of a process that is not the test run's: everything is put back afterwards."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from antiphon.engine.log_context import current_log_context
from antiphon.engine.redaction import Redactor, format_exception_safely
from antiphon.logs import LogRedaction

# With import-mode=importlib a folder's own modules are found by its path only.
from support.e2e.installation import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.faults.client import FaultServer

SECRET = "tenant:bluebird-77/very-secret"


@pytest.fixture
def installation(tmp_path: Path, fault_server: FaultServer) -> Installation:
    """A machine without a history or settings, with the fault server as provider `fault`."""
    made = Installation(tmp_path, fault_server.base_url)
    made.workspace.mkdir()
    made.config.write_text("")
    made.config.chmod(0o600)
    return made


@pytest.fixture
def discretion() -> Iterator[LogRedaction]:
    """Knows one secret."""
    root = logging.getLogger()
    kept = root.handlers[:], root.level, logging.getLogRecordFactory(), logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    redactor = Redactor()
    redactor.learn(SECRET)
    yield LogRedaction(redactor.clean, format_exception_safely, current_log_context)
    for handler in root.handlers:
        if handler not in kept[0]:
            handler.close()
    root.handlers[:], level, factory, logging.raiseExceptions = kept
    root.setLevel(level)
    logging.setLogRecordFactory(factory)
    logging.captureWarnings(capture=False)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
