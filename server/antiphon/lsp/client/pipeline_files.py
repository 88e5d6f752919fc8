"""Reads and writes the pipelines of the open folders, in `.antiphon/pipelines`.

Nothing outside the folders is read or written, whatever a link points at.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio.to_thread

from antiphon.engine.ports.pipelines import PipelineFile
from antiphon.engine.source_text.decode import MOST_BYTES, decode_source
from antiphon.engine.source_text.problems import UnreadableSourceError
from antiphon.lsp.client.context_reader import file_path
from antiphon.model.failure import AntiphonError, error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from antiphon.model.failure import FailureKind

FOLDER: Final = Path(".antiphon", "pipelines")
SUFFIX: Final = ".antiphon.yaml"
_MOST_LISTED: Final = 2_000
_MOST_LISTED_BYTES: Final = 16 * 1024 * 1024
_NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9_-]+")


class WorkspacePipelines:
    """The `PipelineFiles` of one client.

    `roots` returns the open folders, and `folders_settled` waits until their changes have arrived.
    `open_text` returns the text of a document that is open in the client.
    """

    def __init__(
        self,
        roots: Callable[[], Sequence[Path]],
        folders_settled: Callable[[], Awaitable[None]],
        open_text: Callable[[str], Awaitable[str | None]],
    ) -> None:
        self._roots = roots
        self._folders_settled = folders_settled
        self._open_text = open_text

    async def list(self) -> Sequence[PipelineFile]:
        """Reads every file that can be read, by name."""
        await self._folders_settled()
        return await anyio.to_thread.run_sync(lambda: sorted(self._files(), key=lambda f: f.uri))

    async def read(self, uri: str) -> str:
        """Reads one file, or the open document at its address."""
        await self._folders_settled()
        text = await self._open_text(uri)
        if text is not None:
            return text
        return await anyio.to_thread.run_sync(self._read, self._path(uri))

    async def write(self, text: str, *, uri: str | None = None, name: str = "") -> str:
        """Writes a file, a new one named after `name` without `uri`."""
        await self._folders_settled()
        path = self._path(uri) if uri is not None else self._new_path(name)
        await anyio.to_thread.run_sync(self._write, path, text)
        return path.as_uri()

    async def delete(self, uri: str) -> None:
        """Deletes a file."""
        await self._folders_settled()
        await anyio.to_thread.run_sync(self._delete, self._path(uri))

    def _files(self) -> Iterator[PipelineFile]:
        for root in self._roots():
            folder = root / FOLDER
            names = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
            left = _MOST_LISTED_BYTES
            for path in names[:_MOST_LISTED]:
                try:
                    size = path.stat().st_size
                    if size > min(left, MOST_BYTES):
                        continue
                    left -= size
                    text = self._read(path)
                except (OSError, AntiphonError):
                    continue  # a list shows what there is to run; opening it names the reason
                yield PipelineFile(path.as_uri(), path.name.removesuffix(SUFFIX), text)

    def _read(self, path: Path) -> str:
        try:
            resolved = path.resolve(strict=True)
            self._check_inside(resolved)
            if not resolved.is_file():  # to open a pipe waits for its writer
                raise _refused("invalid_params", f"{path} is not a file.")
            with resolved.open("rb") as file:
                return decode_source(file.read(MOST_BYTES + 1))
        except UnreadableSourceError as unreadable:
            message = f"{path}: {unreadable.problem.message}"
            raise _refused("invalid_params", message) from None
        except (OSError, RuntimeError) as problem:  # the latter for loops, before Python 3.13
            raise _failed(path, problem) from None

    def _write(self, path: Path, text: str) -> None:
        try:
            folder = path.parent.resolve()
            self._check_inside(folder)  # before a folder is made where a link points
            folder.mkdir(parents=True, exist_ok=True)
            self._check_inside(folder.resolve(strict=True))
            if path.is_symlink():
                raise _refused("permission", f"{path} is a link, which is not written through.")
            _replace(folder / path.name, text.encode("utf-8", "replace"))
        except (OSError, RuntimeError) as problem:
            raise _failed(path, problem) from None

    def _delete(self, path: Path) -> None:
        try:
            folder = path.parent.resolve(strict=True)
            self._check_inside(folder)
            (folder / path.name).unlink()
        except (OSError, RuntimeError) as problem:
            raise _failed(path, problem) from None

    def _path(self, uri: str) -> Path:
        path = file_path(uri)
        if path is None or not path.name.endswith((SUFFIX, ".yaml", ".yml")):
            message = f"{uri} is not the file of a pipeline (*{SUFFIX})."
            raise _refused("invalid_params", message)
        return path

    def _new_path(self, name: str) -> Path:
        roots = self._roots()
        if not roots:
            hint = "Open a folder, or save it in the database."
            raise error("unsupported", "No folder is open to save it in.", hint=hint, field="$.to")
        stem = _NOT_IN_A_NAME.sub("-", name).strip("-").lower()[:60] or "pipeline"
        number, path = 1, roots[0] / FOLDER / f"{stem}{SUFFIX}"
        while os.path.lexists(path):
            number += 1
            path = roots[0] / FOLDER / f"{stem}-{number}{SUFFIX}"
        return path

    def _check_inside(self, resolved: Path) -> None:
        if not any(resolved.is_relative_to(root.resolve()) for root in self._roots()):
            raise _refused("permission", f"{resolved} is outside the open folders.")


def _replace(path: Path, data: bytes) -> None:
    """Replaces the file at once, following no link, and keeps its mode."""
    fresh = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    try:
        with fresh.open("xb") as file:
            file.write(data)
        if path.exists():
            fresh.chmod(path.stat().st_mode)
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _refused(kind: FailureKind, message: str) -> AntiphonError:
    hint = "Name a file below an open folder."
    return error(kind, message, hint=hint, field="$.pipelineId")


def _failed(path: Path, problem: Exception) -> AntiphonError:
    kind: FailureKind = "not_found" if isinstance(problem, FileNotFoundError) else "invalid_params"
    reason = getattr(problem, "strerror", None) or "it cannot be read"
    return error(kind, f"{path}: {reason}.", hint="Check the path.", field="$.pipelineId")
