"""Wires the language features and the reader of context, which need each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import anyio.to_thread

from antiphon.lsp.client.context_reader import WorkspaceReader
from antiphon.lsp.client.workspace_folders import WorkspaceFolders
from antiphon.lsp.features.pygls_bridge import LanguageHost

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from antiphon.engine.code.apply import CodeApplier
    from antiphon.engine.ports import History
    from antiphon.engine.prompts.service.read import PromptReader
    from antiphon.engine.prompts.service.store import PromptStore
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.engine.virtual_documents import VirtualDocuments
    from antiphon.lsp.features.language_server.services import FeatureServices, FilesOfPanes
    from antiphon.lsp.rpc.peer import Peer


class LanguageParts(NamedTuple):
    """What reads the documents and the folders of one client."""

    host: LanguageHost
    reader: Callable[[], WorkspaceReader]
    prompts: Callable[[], PromptStore]
    folders: WorkspaceFolders


def create_language_host(
    initialize_params: dict[str, Any],
    history: History,
    *,
    shown: ShownMessages,
    documents: VirtualDocuments,
    runs: ActiveRuns,
    code: Callable[[], Awaitable[CodeApplier]],
    files: FilesOfPanes,
    default_models: Callable[[], Sequence[str]],
    prompts: Callable[[], PromptReader],
    prompt_folder: Callable[[], Path],
    peer: Peer,
) -> LanguageParts:
    """Creates the host of pygls for one client, and factories of readers and prompt stores.

    There is one reader for each request. A reader asks pygls for open buffers; a feature asks a
    reader for the files of a code action.
    """
    folders = WorkspaceFolders(initialize_params)

    def reader() -> WorkspaceReader:
        return WorkspaceReader(
            lambda: folders.roots,
            language.folders_settled,
            language.text_of,
            documents.text,
            lambda: folders.trusted,
        )

    def prompt_store() -> PromptStore:
        from antiphon.lsp.client.prompt_store import (  # noqa: PLC0415 - at the first prompt file
            LibraryPrompts,
        )

        return LibraryPrompts(
            lambda: folders.roots, language.folders_settled, language.text_of, prompt_folder
        )

    def services() -> FeatureServices:
        from antiphon.engine.sessions.provenance import Navigation  # noqa: PLC0415 - with pygls
        from antiphon.lsp.features.language_server.services import (  # noqa: PLC0415 - likewise
            FeatureServices,
            PromptServices,
        )
        from antiphon.lsp.features.outline import Outliner  # noqa: PLC0415 - likewise

        return FeatureServices(
            outline=Outliner(shown).outline,
            navigation=Navigation(history, shown),
            documents=shown,
            history=history,
            runs=runs,
            code=code,
            reader=reader,
            folders=folders,
            files=files,
            default_models=default_models,
            prompts=PromptServices(
                reader=lambda: anyio.to_thread.run_sync(prompts),
                store=prompt_store,
                notify=peer.notify,
                refresh_lenses=lambda: _refresh_lenses(peer),
            ),
        )

    language = LanguageHost(services, files)
    return LanguageParts(language, reader, prompt_store, folders)


def _refresh_lenses(peer: Peer) -> None:
    """Asks the client to request lenses again, if it says that it can."""
    if peer.client_capability("workspace", "codeLens", "refreshSupport"):
        peer.post("workspace/codeLens/refresh", None)
