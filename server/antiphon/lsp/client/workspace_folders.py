"""Tracks the client's open folders, which may be read for a prompt.

They are known from `initialize` on, before pygls is loaded. Changes come from pygls, which keeps
them in order (`antiphon.lsp.features.workspace_folders`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from antiphon.lsp.client.context_reader import file_path
from antiphon.lsp.rpc.jsonrpc import is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


REMOTE: Final = "antiphon/remote"
"""The member of `initialize`'s params with which a transport marks a client of another user.

A client can only take files from itself with it.
"""


class WorkspaceFolders:
    """The folders by LSP's `workspaceFolders`, `rootUri` or `rootPath`, until they are replaced.

    For a client of another user none of them is on this machine, whatever it names: its folders are
    where it runs, and the files here are not its user's.
    """

    def __init__(self, initialize_params: dict[str, Any]) -> None:
        self.uris: Sequence[str] = ()
        """The folders, as the client named them."""
        self.roots: Sequence[Path] = ()
        """Those of them that are on this machine."""
        self._is_remote = bool(initialize_params.get(REMOTE))
        self.trusted = _is_trusted(initialize_params)
        """Whether the client does not say that the user distrusts them."""
        self.replace(_named(initialize_params))

    def replace(self, uris: Iterable[str]) -> None:
        """Replaces the folders by those that are open now."""
        self.uris = list(uris)
        found = [path for uri in self.uris if (path := file_path(uri)) is not None]
        self.roots = [] if self._is_remote else found


def _is_trusted(initialize_params: dict[str, Any]) -> bool:
    """Checks `capabilities.experimental.antiphon.trusted`, which few clients have."""
    value: Any = initialize_params
    for name in ("capabilities", "experimental", "antiphon", "trusted"):
        value = value.get(name) if is_object(value) else None
    return value is not False


def _named(initialize_params: dict[str, Any]) -> list[str]:
    """Lists the folders of `initialize` that are folders on this machine."""
    root_uri, root_path = (initialize_params.get(key) for key in ("rootUri", "rootPath"))
    folders = list(_uris_of(initialize_params.get("workspaceFolders")))
    if not folders:
        folders = list(_uris_of([{"uri": root_uri}]))
    if not folders and isinstance(root_path, str) and Path(root_path).is_absolute():
        folders = [Path(root_path).as_uri()]
    return folders


def _uris_of(folders: Any) -> Iterator[str]:
    for folder in cast("list[Any]", folders) if isinstance(folders, list) else []:
        uri: Any = folder.get("uri") if is_object(folder) else None
        if isinstance(uri, str) and file_path(uri) is not None:
            yield uri
