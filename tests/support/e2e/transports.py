"""The transports over which the end-to-end tests are run."""

from __future__ import annotations

import os

import pytest

TRANSPORTS = ["stdio", "unix", "ws"]
UNIX_ON_POSTGRESQL = "unix on postgresql"
"""A Unix socket to a server whose history is in PostgreSQL: two things tried in one run, as each
test costs its seconds once more for each."""
LONG_TOO = bool(os.environ.get("ANTIPHON_TEST_TRANSPORTS"))


def over_alone(*transports: str, because: str) -> pytest.MarkDecorator:
    """Keeps a test to some transports, for a reason that a reader is owed."""
    assert because
    return pytest.mark.parametrize("transport", transports, indirect=True)


def long_over_others(because: str) -> pytest.MarkDecorator:
    """Keeps a long test to stdio, but for `make transports`, which has the time."""
    assert because
    return over_alone(*(TRANSPORTS if LONG_TOO else ["stdio"]), because=because)
