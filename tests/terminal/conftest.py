"""Fixtures of the terminal's tests: places of their own, and programs run as a person runs them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# With import-mode=importlib a folder's own modules are found by its path only.

_SCREEN = ("COLUMNS", "LINES", "NO_COLOR")
_PRIVATE = ("ANTIPHON_", "XDG_", "AWS_", "DBUS_", "PYTHON_KEYRING_")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder for everything that a person's own files would be in."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's user is found."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _SCREEN and not name.endswith("_API_KEY") and not name.startswith(_PRIVATE)
    }
    return kept | {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_RUNTIME_DIR": str(home),  # no session, so no keyring
        "ANTIPHON_DISCOVERY__LOCAL_SERVERS": "false",
        "ANTIPHON_HISTORY__URL": f"sqlite:///{home / 'history.db'}",
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
    }
