"""Gives the file of a pane all that the pane's own document has.

A request about such a file is answered as if it were about the pane; locations in the
answer are files again, because the client opens nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from antiphon.lsp.rpc.jsonrpc import is_list, is_object
from antiphon.model.failure import AntiphonError
from antiphon.model.values.uri import SCHEME

if TYPE_CHECKING:
    from antiphon.lsp.features.language_server.services import FilesOfPanes

_FOR_A_FILE: Final[dict[str, dict[str, bool]]] = {
    "antiphon.summarize": {"open": True, "background": True},
    "antiphon.regenerate": {"background": True},
    "antiphon.sendTo": {"open": True},
}
"""What commands of lenses and actions need in an editor that waits for results and drops them."""


class PaneTwin(Struct, frozen=True):
    """A file that the client asked about, and the pane that it shows."""

    file_uri: str
    pane_uri: str
    files: FilesOfPanes

    async def with_files(self, result: Any) -> Any:
        """Returns a result in which locations are in files."""
        if not is_list(result):
            return result
        return [await self._with_file(each) for each in result]

    async def _with_file(self, item: Any) -> Any:
        if not is_object(item):
            return item
        if "command" in item:
            return _with_more(item)
        if is_object(location := item.get("location")):  # a symbol of the flat, older form
            return {**item, "location": await self._with_file(location)}
        if isinstance(uri := item.get("uri"), str):
            return {**item, "uri": await self._to_file(uri)}
        return item

    async def _to_file(self, uri: str) -> str:
        if uri == self.pane_uri:
            return self.file_uri
        if self.files.opens_documents or not uri.startswith(f"{SCHEME}:"):
            return uri
        try:
            return await self.files.write(uri)
        except AntiphonError:
            return uri  # deleted meanwhile


def _with_more(item: dict[str, Any]) -> dict[str, Any]:
    """Adapts a lens, an action or a command to editors that read panes in files."""
    command: Any = item["command"]
    if is_object(command):
        return {**item, "command": _with_more(command)}
    more = _FOR_A_FILE.get(command)
    if more is None or not is_list(item.get("arguments")):
        return item
    argument, *others = item["arguments"]
    return {**item, "arguments": [{**argument, **more}, *others]}


async def with_twin(
    params: dict[str, Any], files: FilesOfPanes
) -> tuple[dict[str, Any], PaneTwin | None]:
    """Returns a request's params, with the pane in place of its file."""
    document: Any = params.get("textDocument")
    uri: Any = document.get("uri") if is_object(document) else None
    if not isinstance(uri, str) or not uri.startswith("file:"):
        return params, None
    pane_uri = await files.find_twin(uri)
    if pane_uri is None:
        return params, None
    asked = {**params, "textDocument": {**document, "uri": pane_uri}}
    return asked, PaneTwin(uri, pane_uri, files)
