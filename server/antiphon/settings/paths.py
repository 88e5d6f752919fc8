"""Finds the platform's folders for state: the log, and panes as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def pane_folder() -> Path:
    """Returns the folder for panes as files, for editors that open only files."""
    import platformdirs  # noqa: PLC0415 - only for those editors

    return platformdirs.user_state_path("antiphon", appauthor=False) / "panes"


def log_file() -> Path:
    """Returns the path of the log that all servers of the user write to."""
    import platformdirs  # noqa: PLC0415 - only if no setting names another file

    return platformdirs.user_state_path("antiphon", appauthor=False) / "log" / "antiphon.log"


def private_runtime_folder(environ: Mapping[str, str]) -> Path:
    """Makes and returns the private folder for files of running processes.

    Raises `OSError`.
    """
    from pathlib import Path  # noqa: PLC0415 - only for servers of many clients

    import platformdirs  # noqa: PLC0415 - likewise

    runtime = environ.get("XDG_RUNTIME_DIR", "")
    state = platformdirs.user_state_path("antiphon", appauthor=False) / "run"
    folder = Path(runtime) / "antiphon" if Path(runtime).is_absolute() else state
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
