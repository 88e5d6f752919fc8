"""Defines what the language features need from the rest of the server.

Law of this module: it imports neither pygls nor lsprotocol, because the composition root fills it
before they are loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from antiphon.engine.code.apply import CodeApplier
    from antiphon.engine.ports import ContextReader, History
    from antiphon.engine.prompts.service.read import PromptReader
    from antiphon.engine.prompts.service.store import PromptStore
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.engine.sessions.provenance import Navigation
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.lsp.features.outline import Outline


class OpenFolders(Protocol):
    """The folders that the client has open, for readers that do not wait for pygls."""

    @property
    def uris(self) -> Sequence[str]:
        """The folders, as the client named them."""
        ...

    def replace(self, uris: Iterable[str]) -> None:
        """Replaces the folders by those that are open now."""
        ...


class FilesOfPanes(Protocol):
    """The real files of panes, for clients that open nothing else."""

    @property
    def opens_documents(self) -> bool:
        """Whether the client opens `antiphon:` documents, so that it needs no files."""
        ...

    @property
    def client_has_composer(self) -> bool:
        """Whether the client is one of our plugins, which have better ways to ask."""
        ...

    async def find_twin(self, file_uri: str) -> str | None:
        """Returns the address of the pane that a file shows, or `None`."""
        ...

    async def write(self, uri: str) -> str:
        """Writes the document at an `antiphon:` address, and returns the file's address."""
        ...


class PromptServices(Struct, frozen=True):
    """What the features of prompt files need."""

    reader: Callable[[], Awaitable[PromptReader]]
    """Returns the reader of prompt files, imported at the first use."""
    store: Callable[[], PromptStore]
    notify: Callable[[str, Any], None]
    """Sends a notification to the client."""
    refresh_lenses: Callable[[], None]
    """Asks a client that can to request the code lenses again."""


class FeatureServices(Struct, frozen=True):
    """The parts of the engine that features call, and the client's open folders."""

    outline: Outline
    navigation: Navigation
    documents: ShownMessages
    history: History
    runs: ActiveRuns
    code: Callable[[], Awaitable[CodeApplier]]
    reader: Callable[[], ContextReader]
    """Makes a reader of context for one request."""
    folders: OpenFolders
    files: FilesOfPanes
    default_models: Callable[[], Sequence[str]]
    """Returns the models of the setting `models.default`."""
    prompts: PromptServices
