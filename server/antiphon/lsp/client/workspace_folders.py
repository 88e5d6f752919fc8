"""The folders that the client has open: what may be read for a prompt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from antiphon.lsp.client.context_reader import file_path
from antiphon.lsp.rpc.jsonrpc import is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

    from antiphon.lsp.rpc.router import Dispatcher

_DID_CHANGE = "workspace/didChangeWorkspaceFolders"


class WorkspaceFolders:
    """Follows LSP's `workspaceFolders`, `rootUri` or `rootPath`, and their changes."""

    def __init__(self, initialize_params: dict[str, Any]) -> None:
        self._folders = dict(_named(initialize_params.get("workspaceFolders")))
        root_uri, root_path = (initialize_params.get(key) for key in ("rootUri", "rootPath"))
        if not self._folders and isinstance(root_uri, str):
            self._folders = dict(_named([{"uri": root_uri}]))
        if not self._folders and isinstance(root_path, str) and Path(root_path).is_absolute():
            self._folders = {root_path: Path(root_path)}

    @property
    def roots(self) -> list[Path]:
        """The folders on this machine, as the client named them."""
        return list(self._folders.values())

    def register(self, dispatcher: Dispatcher) -> None:
        """Listens to changes, before whoever has been registered for them so far."""
        others = dispatcher.listener(_DID_CHANGE)

        async def changed(params: Any) -> None:
            self._change(params)
            if others is not None:
                await others(params)

        dispatcher.notification(_DID_CHANGE, changed)

    def _change(self, params: Any) -> None:
        event: Any = params.get("event") if is_object(params) else None
        if not is_object(event):
            return
        for uri, _ in _named(event.get("removed")):
            self._folders.pop(uri, None)
        self._folders.update(_named(event.get("added")))


def _named(folders: Any) -> Iterator[tuple[str, Path]]:
    """The folders of a list of raw JSON; what is no folder on this machine is left out."""
    for folder in cast("list[Any]", folders) if isinstance(folders, list) else []:
        uri: Any = folder.get("uri") if is_object(folder) else None
        path = file_path(uri) if isinstance(uri, str) else None
        if path is not None:
            yield uri, path
