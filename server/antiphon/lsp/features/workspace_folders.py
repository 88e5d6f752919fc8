"""Passes the workspace folders that pygls tracks to the readers of context."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from antiphon.lsp.features.language_server.server import AntiphonServer


def register(server: AntiphonServer) -> None:
    """Registers the feature."""

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change(ls: AntiphonServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
        """Replaces the folders that may be read for a prompt.

        A folder that gets a new name is removed and added in one event. pygls adds first, and so
        loses it: what was added is added again.
        """
        for folder in params.event.added:
            ls.workspace.add_folder(folder)
        ls.services.folders.replace(folder.uri for folder in ls.workspace.folders.values())
