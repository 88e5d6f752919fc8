"""Defines what prompt files need from the outside: texts and context files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from antiphon.engine.prompts.context_entries import ContextFile, FileLocation
    from antiphon.model.commands.prompts import PromptSource


class StoredPrompt(Struct, frozen=True):
    """A prompt file of the library."""

    uri: str
    source: PromptSource
    text: str


class PromptStore(Protocol):
    """The prompt files that one client can run, and the folders that it has open."""

    async def text(self, uri: str) -> str:
        """Returns the text of a prompt file: the open buffer, or else the file.

        Raises `AntiphonError` if it is missing, unreadable, or neither below an open folder nor in
        the library.
        """
        ...

    def location(self, uri: str | None) -> FileLocation:
        """Returns where the prompt file at `uri` is."""
        ...

    async def find_files(self, paths: Sequence[Path]) -> Sequence[ContextFile]:
        """Returns the state of each file that a context names."""
        ...

    async def list_folder(self, folder: Path) -> Sequence[str]:
        """Returns the names in a folder of the workspace, folders with a slash."""
        ...

    async def list(self) -> Sequence[StoredPrompt]:
        """Returns the library: the workspace's prompt files, the user's and the product's."""
        ...
