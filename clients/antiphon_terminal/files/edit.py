"""An edit that the server asks for, carried out on a file: all of it or nothing."""

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
    """Answers `workspace/applyEdit` for one file, which the person has agreed to."""

    def __init__(self, path: Path, uri: str) -> None:
        """`uri` is what the server calls the file at `path`."""
        self._path = path.resolve()  # a link stays one: what it points at is written
        self._uri = uri

    def __call__(self, edit: Mapping[str, Any]) -> str | None:
        """Carries out a `WorkspaceEdit`; why it was not, or `None` where it was."""
        changes = cast("Mapping[str, Any]", edit.get("changes") or {})
        if [*changes] != [self._uri]:
            return f"Only {self._path.name} was agreed to."
        try:
            data = self._path.read_bytes()
            mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
            text = data[len(mark) :].decode()
            for change in changes[self._uri]:
                text = _changed(text, change)
            self._replace(mark + text.encode())
        except OSError as problem:
            return f"{self._path.name}: {problem.strerror}."
        except UnicodeError:
            return f"{self._path.name} is not UTF-8 text."
        except (ValidationError, KeyError, TypeError):
            return "The edit has no form that is known here."
        return None

    def _replace(self, data: bytes) -> None:
        """Writes beside the file and takes its place, so that no reader ever finds half of it."""
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


def _changed(text: str, change: Mapping[str, Any]) -> str:
    span = Range.model_validate(change["range"])
    start, end = offset_at(text, span.start), offset_at(text, span.end)
    return text[:start] + str(change["newText"]) + text[max(start, end) :]
