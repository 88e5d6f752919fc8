"""Applies an edit of the server to a file, completely or not at all."""

from __future__ import annotations

import codecs
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from antiphon.model.values.positions import Range, offset_at

if TYPE_CHECKING:
    from collections.abc import Mapping


class FileEdit:
    """Answers `workspace/applyEdit` for the one file that the user has confirmed."""

    def __init__(self, path: Path, uri: str) -> None:
        """Takes the server's `uri` of the file at `path`."""
        self._path = path.resolve()  # a symbolic link is kept, and its target is written
        self._uri = uri

    def __call__(self, edit: Mapping[str, Any]) -> str | None:
        """Applies a `WorkspaceEdit`, and returns why it could not, or `None`."""
        changes = cast("Mapping[str, Any]", edit.get("changes") or {})
        if [*changes] != [self._uri]:
            return f"Only an edit of {self._path.name} was confirmed."
        try:
            data = self._path.read_bytes()
            bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
            text = data[len(bom) :].decode()
            for change in changes[self._uri]:
                text = _apply_change(text, change)
            self._replace(bom + text.encode())
        except OSError as error:
            return f"{self._path.name}: {error.strerror}."
        except UnicodeError:
            return f"{self._path.name} is not UTF-8 text."
        except (ValidationError, KeyError, TypeError):
            return "The edit has a form that this client does not know."
        return None

    def _replace(self, data: bytes) -> None:
        """Writes a new file and renames it, so that no reader finds half of it."""
        mode = self._path.stat().st_mode
        handle, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            fresh.chmod(mode & 0o7777)
            fresh.replace(self._path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise


def _apply_change(text: str, change: Mapping[str, Any]) -> str:
    replaced = Range.model_validate(change["range"])
    start, end = offset_at(text, replaced.start), offset_at(text, replaced.end)
    return text[:start] + str(change["newText"]) + text[max(start, end) :]
