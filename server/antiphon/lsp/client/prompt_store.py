"""Finds and reads prompt files: open buffers, files below open folders, and the library.

The library is the folder `prompts` beside the user's config.toml, `.antiphon/prompts` of each open
folder, and the files that come with the product. Nothing else is read, whatever a link points at.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import anyio.to_thread

from antiphon.engine.prompts.context_entries import ContextFile, FileLocation
from antiphon.engine.prompts.service.store import StoredPrompt
from antiphon.engine.source_text.decode import MOST_BYTES, decode_source
from antiphon.engine.source_text.problems import UnreadableSourceError
from antiphon.lsp.client.context_reader import file_path
from antiphon.model.failure import AntiphonError, error

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    from antiphon.model.commands.prompts import PromptSource
    from antiphon.model.failure import FailureKind

SUFFIX: Final = ".antiphon.md"
WORKSPACE_FOLDER: Final = Path(".antiphon", "prompts")
_MOST_LISTED: Final = 1_000
_MOST_LISTED_BYTES: Final = 4 * 1024 * 1024
"""For each folder, so that a workspace's files hide none of the user's."""
_PRODUCT: Final = Path(__file__).parents[2] / "library"


class LibraryPrompts:
    """A `PromptStore` for one client.

    `roots` returns the open folders, `open_text` the text of a document that is open in the client,
    and `user_folder` the folder of the user's own prompt files.
    """

    def __init__(
        self,
        roots: Callable[[], Sequence[Path]],
        folders_settled: Callable[[], Awaitable[None]],
        open_text: Callable[[str], Awaitable[str | None]],
        user_folder: Callable[[], Path],
    ) -> None:
        self._roots = roots
        self._folders_settled = folders_settled
        self._open_text = open_text
        self._user_folder = user_folder

    async def text(self, uri: str) -> str:
        """Returns the text of a prompt file: the open buffer, or else the file.

        Raises `AntiphonError`: `not_found` if it is missing, `permission` if it is neither below an
        open folder nor in the library, `invalid_params` if it cannot be read.
        """
        await self._folders_settled()
        text = await self._open_text(uri)
        if text is not None:
            return text
        path = file_path(uri)
        if path is None:
            hint = "Send its text too."
            raise error("invalid_params", f"{uri} is not a file that can be read.", hint=hint)
        return await anyio.to_thread.run_sync(self._read, path)

    def location(self, uri: str | None) -> FileLocation:
        """Returns where the prompt file at `uri` is."""
        path = file_path(uri) if uri is not None else None
        return FileLocation(path.parent if path is not None else None, list(self._roots()))

    async def find_files(self, paths: Sequence[Path]) -> Sequence[ContextFile]:
        """Returns the state of each file that a context names."""
        if not paths:
            return []
        await self._folders_settled()
        roots = [root.resolve() for root in self._roots()]
        return await anyio.to_thread.run_sync(lambda: [_find(path, roots) for path in paths])

    async def list_folder(self, folder: Path) -> Sequence[str]:
        """Returns the names in a folder of the workspace, folders with a slash."""
        await self._folders_settled()
        roots = [root.resolve() for root in self._roots()]
        return await anyio.to_thread.run_sync(lambda: _list_names(folder, roots))

    async def list(self) -> Sequence[StoredPrompt]:
        """Returns the library: the workspace's prompt files, the user's and the product's."""
        await self._folders_settled()
        return await anyio.to_thread.run_sync(lambda: list(self._list()))

    def _read(self, path: Path) -> str:
        try:
            resolved = path.resolve(strict=True)
            if not self._may_read(resolved):
                message = f"{path} is neither below an open folder nor in the library."
                raise _refused("permission", message, "Open its folder, or send its text.")
            return _decode(resolved)
        except (OSError, RuntimeError) as problem:  # the latter for loops, before Python 3.13
            kind: FailureKind = "not_found" if not path.exists() else "invalid_params"
            reason = getattr(problem, "strerror", None) or "it cannot be read"
            raise _refused(kind, f"{path}: {reason}.", "Check the path.") from None

    def _may_read(self, resolved: Path) -> bool:
        folders = [*self._roots(), self._user_folder(), _PRODUCT]
        return any(resolved.is_relative_to(folder.resolve()) for folder in folders)

    def _list(self) -> Iterator[StoredPrompt]:
        folders: list[tuple[Path, PromptSource]] = [
            *((root / WORKSPACE_FOLDER, "workspace") for root in self._roots()),
            (self._user_folder(), "user"),
            (_PRODUCT, "product"),
        ]
        for folder, source in folders:
            left = _MOST_LISTED_BYTES
            for path in _list_files(folder):
                try:
                    resolved = path.resolve(strict=True)
                    size = resolved.stat().st_size
                    if size > min(left, MOST_BYTES) or not self._may_read(resolved):
                        continue
                    left -= size
                    yield StoredPrompt(path.as_uri(), source, _decode(resolved))
                except (OSError, RuntimeError, AntiphonError):
                    continue  # what cannot be read cannot be run, and `read` says why


def _list_files(folder: Path) -> list[Path]:
    try:
        found = sorted(each for each in folder.iterdir() if each.name.endswith(SUFFIX))
    except OSError:
        return []
    return [each.absolute() for each in found[:_MOST_LISTED] if each.is_file()]


def _decode(path: Path) -> str:
    if not path.is_file():
        raise _refused("invalid_params", f"{path} is not a file.", "Name a prompt file.")
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    try:
        return decode_source(data)
    except UnreadableSourceError as unreadable:
        message = f"{path.name} cannot be read: {unreadable}"
        raise _refused("invalid_params", message, "Correct the file.") from None


def _find(path: Path, roots: Sequence[Path]) -> ContextFile:
    try:
        resolved = path.resolve()
        if not any(resolved.is_relative_to(root) for root in roots):
            return ContextFile("outside")
        if not resolved.exists():
            return ContextFile("missing")
        if not resolved.is_file():
            return ContextFile("no file")
        return ContextFile("readable", resolved.stat().st_size)
    except (OSError, RuntimeError, ValueError):
        return ContextFile("missing")


def _refused(kind: FailureKind, message: str, hint: str) -> AntiphonError:
    return error(kind, message, hint=hint)


def _list_names(folder: Path, roots: Sequence[Path]) -> list[str]:
    try:
        resolved = folder.resolve(strict=True)
        if not any(resolved.is_relative_to(root) for root in roots):
            return []
        entries = sorted(resolved.iterdir())[:_MOST_LISTED]
        return [each.name + ("/" if each.is_dir() else "") for each in entries]
    except (OSError, RuntimeError, ValueError):
        return []
