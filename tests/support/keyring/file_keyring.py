"""A system keyring for tests: a backend as the keyring package loads any, which keeps a JSON file.

Chosen with `PYTHON_KEYRING_BACKEND=file_keyring.FileKeyring`; `FILE_KEYRING` names the file.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FileKeyring(KeyringBackend):
    """Keeps what it is given, in the open."""

    priority = 5

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self.path = path or Path(os.environ.get("FILE_KEYRING", os.devnull))

    def get_password(self, service: str, username: str) -> str | None:
        return self._read().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._write({**self._read(), f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._read()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError
        self._write(kept)

    def _read(self) -> dict[str, str]:
        return json.loads(self.path.read_text()) if self.path.exists() else {}

    def _write(self, kept: dict[str, str]) -> None:
        self.path.write_text(json.dumps(kept))


class UnsafeKeyring(FileKeyring):
    """One that the keyring package does not recommend."""

    priority = 0.5


class LeakyKeyring(FileKeyring):
    """One whose errors hold what it was given."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot keep {password}")


class StuckKeyring(FileKeyring):
    """One that does not answer before it is let go, like a dialog that nobody looks at."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path)
        self.let_go = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.let_go.wait(10)
        return None
