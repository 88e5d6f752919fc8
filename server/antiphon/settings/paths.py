"""The platform's folders for what is not the person's own work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def pane_folder() -> Path:
    """Where panes are written for editors that open nothing but files."""
    import platformdirs  # noqa: PLC0415 - only for those editors

    return platformdirs.user_state_path("antiphon", appauthor=False) / "panes"


def log_file() -> Path:
    """The log that all servers of the person write to."""
    import platformdirs  # noqa: PLC0415 - only where no setting names another file

    return platformdirs.user_state_path("antiphon", appauthor=False) / "log" / "antiphon.log"
