"""Where a run of the tests is searched for canaries, and what it is listened to with."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any, Final

from support.canaries.canary import BYSTANDER, LONGEST, USED, traces

OF_PEOPLE: Final = frozenset({"init.lua", "config.toml", "keyring.json", ".env", ".env.example"})
"""Files in which a person, or a keyring, keeps keys; a test plays both."""
KEY_HEADERS: Final = frozenset({"authorization", "x-goog-api-key", "api-key", "x-tenant"})
"""Where a key may stand in a request: one to its own origin, which the sink never is."""


def saw(text: str) -> None:
    """Keeps what a screen shows for the search: as it is, and as if it had no lines.

    Does nothing where nobody watches.
    """
    folder = os.environ.get("CANARY_TAP")
    if folder is not None:
        with Path(folder, f"{os.getpid()}.screens").open("a", encoding="utf-8") as screens:
            screens.write(f"{text}\n{''.join(text.split())}\n")


class Search:
    """What came since the last time, and what was written."""

    def __init__(self, tap: Path) -> None:
        self._tap = tap
        self._next: dict[Path, int] = {}
        """Where the next search of a file begins."""
        self.searched: Counter[str] = Counter()
        """How many processes were heard, and how many of which kind of bytes were searched."""

    def taps(self) -> list[str]:
        """The traces in what processes wrote or were sent since the last time."""
        found: list[str] = []
        for path in sorted(self._tap.iterdir()):
            is_journal = path.suffix == ".requests"
            start = self._next.get(path, 0)
            data = _rest(path, start)
            self.searched["processes"] += path.suffix == ".tap" and not start
            self.searched[f"bytes of {path.suffix[1:]}"] += len(data)
            self.searched["keys in requests"] += data.count(USED.encode()) * is_journal
            names = traces(_without_their_keys(data) if is_journal else data)
            found += [f"{name} in {path.name}" for name in names]
            # A form may come in two halves; a request does not.
            end = start + len(data)
            self._next[path] = end if names or is_journal else max(start, end - LONGEST)
            if not _lives(path.stem):
                path.unlink()
                self._next.pop(path)
        return found

    def folder(self, folder: Path) -> list[str]:
        """The traces in all files below a folder."""
        found: list[str] = []
        for path in folder.rglob("*"):
            if path.is_symlink() or not path.is_file() or path.name in OF_PEOPLE:
                continue
            try:
                data = path.read_bytes()
            except OSError:
                continue  # gone, or a test took the rights away
            self.searched["files"] += 1
            self.searched["bytes of files"] += len(data)
            names = traces(data)
            found += [f"{name} in {path.relative_to(folder)}" for name in names]
        return found


def _rest(path: Path, start: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read()


def _without_their_keys(journal: bytes) -> bytes:
    return b"\n".join(map(_without_its_key, journal.splitlines()))


def _without_its_key(line: bytes) -> bytes:
    """A request without the one key that it may carry."""
    request: dict[str, Any] = json.loads(line)
    headers: dict[str, str] = request["headers"]
    kept = [
        value
        for name, value in headers.items()
        if name not in KEY_HEADERS or request["port"] == "sink" or BYSTANDER in value
    ]
    return "\n".join([request["path"], *kept, request["body"]]).encode("latin-1")


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True
