"""Writes panes as real files, for editors that open nothing else.

`antiphon.open` writes a pane's document below the user's state folder and asks the editor to show
it. A file that was opened is kept current for as long as this connection lives: about once a second
while its pane's answer runs, as often as an editor can reload a file without disturbing the user,
and once whenever its session changed otherwise.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.to_thread

from antiphon.lsp.client.context_reader import file_path
from antiphon.lsp.client.file_names import (
    find_pane,
    message_file_name,
    pane_file_name,
    replace_file,
    split_path,
)
from antiphon.lsp.rpc.jsonrpc import ResponseError
from antiphon.model.commands.documents import OpenResult
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.uri import MessageAddress, PaneAddress, parse_uri

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from antiphon.engine.ports import History
    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.lsp.rpc.peer import Peer
    from antiphon.model.commands.documents import OpenParams

_log = logging.getLogger(__name__)

_EVERY_S: Final = 1.0
_INFO: Final = 3
"""`MessageType.Info` of LSP 3.18."""


class PaneFiles:
    """The files of one connection, in `folder`, which is resolved at the first use."""

    def __init__(
        self,
        connection: Peer,
        history: History,
        documents: ShownMessages,
        runs: ActiveRuns,
        folder: Callable[[], Path],
    ) -> None:
        self._connection = connection
        self._history = history
        self._documents = documents
        self._runs = runs
        self._folder = folder
        self.opened: dict[PaneAddress, Path] = {}
        """The files that are kept current."""
        self._changed: dict[PaneAddress, None] = {}
        """The opened panes whose file is to be written again."""
        self._to_show: list[str] = []
        self._any_changed, self._any_to_show = anyio.Event(), anyio.Event()

    async def open(self, params: OpenParams) -> OpenResult:
        """Writes the pane's file and asks the editor to show it.

        Raises `AntiphonError`: `invalid_params` if the address is not a pane's, `not_found` if
        there is no such pane, `storage` if the file cannot be written.
        """
        address = parse_uri(params.uri)
        if not isinstance(address, PaneAddress):
            raise error("invalid_params", "This is no address of a pane.", field="$.uri")
        path = await self._write_pane(address)
        return OpenResult(uri=path.as_uri(), shown=await self._show(path.as_uri()))

    def show_soon(self, pane_uri: str) -> None:
        """Shows a pane soon, as a file if the client opens no `antiphon:` documents."""
        self._to_show.append(pane_uri)
        self._any_to_show.set()

    def session_changed(self, session_id: str) -> None:
        """Rewrites the files of the session's panes, if they were opened."""
        for address in self.opened:
            if address.session_id == session_id:
                self._follow(address)

    async def find_twin(self, file_uri: str) -> str | None:
        """Returns the address of the pane that a file shows, or `None`.

        The file may be one that another server wrote: it is kept current from now on.
        """
        found = split_path(file_uri)
        if found is None or not found.is_below(self._folder()):
            return None
        try:
            session = await self._history.session(found.session_id)
        except AntiphonError:
            return None  # deleted meanwhile
        pane = find_pane(session.panes, found.path.name)
        if pane is None:
            return None
        address = PaneAddress(pane.session_id, pane.id)
        if address not in self.opened:
            self.opened[address] = found.path
            self._follow(address)
        return pane.uri

    async def write(self, uri: str) -> str:
        """Writes the pane or message at an `antiphon:` address to its file.

        Returns the file's address, and other addresses as they are. Raises `AntiphonError` as
        `open` does.
        """
        match parse_uri(uri):
            case PaneAddress() as address:
                return (await self._write_pane(address)).as_uri()
            case MessageAddress() as address:
                pane = await self._documents.pane(PaneAddress(address.session_id, address.pane_id))
                name = message_file_name(pane, address.message_id)
                path = self._folder() / address.session_id / name
                await _write(path, await self._documents.message_text(address))
                return path.as_uri()
            case _:
                return uri

    async def keep_current(self) -> None:
        """Rewrites the files of panes that change, until it is cancelled."""
        while True:
            await self._any_changed.wait()
            self._any_changed = anyio.Event()
            while self._changed:
                await anyio.sleep(_EVERY_S)
                for address in list(self._changed):
                    await self._refresh(address)

    async def show_wanted(self) -> None:
        """Shows what `show_soon` was given, in its order, until it is cancelled."""
        while True:
            await self._any_to_show.wait()
            self._any_to_show = anyio.Event()
            while self._to_show:
                uri = self._to_show.pop(0)
                try:
                    await self._show_or_name(uri)
                except AntiphonError as problem:
                    _log.info("a pane is not shown: %s", problem.failure.kind)

    @property
    def opens_documents(self) -> bool:
        """Whether the client opens `antiphon:` documents, so that it needs no files."""
        return self._connection.client_capability("workspace", "textDocumentContent") is not None

    @property
    def client_has_composer(self) -> bool:
        """Whether the client is one of our plugins, which have better ways to ask."""
        return self._connection.client_capability("experimental", "antiphon") is not None

    def _follow(self, address: PaneAddress) -> None:
        self._changed[address] = None
        self._any_changed.set()

    async def _refresh(self, address: PaneAddress) -> None:
        # Read before writing: a pane that ends meanwhile is written once more, whole.
        running = self._runs.live(address.pane_id) is not None
        del self._changed[address]
        try:
            await _write(self.opened[address], await self._documents.pane_text(address))
        except AntiphonError:
            return  # the next `open` reports why
        if running:
            self._changed[address] = None

    async def _write_pane(self, address: PaneAddress) -> Path:
        pane = await self._documents.pane(address)
        path = self.opened.get(address)
        if path is None:
            path = self._folder() / pane.session_id / pane_file_name(pane)
        await _write(path, await self._documents.pane_text(address))
        self.opened[address] = path
        if self._runs.live(pane.id) is not None:
            self._follow(address)
        return path

    async def _show_or_name(self, pane_uri: str) -> None:
        """Shows a file, or names it to the user of a client that cannot."""
        uri = pane_uri if self.opens_documents else await self.write(pane_uri)
        if not self._shows and (path := file_path(uri)) is not None:
            message = {"type": _INFO, "message": f"Antiphon answers in {path}"}
            self._connection.notify("window/showMessage", message)
        await self._show(uri)

    @property
    def _shows(self) -> bool:
        return bool(self._connection.client_capability("window", "showDocument", "support"))

    async def _show(self, uri: str) -> bool:
        if not self._shows:
            return False
        try:
            params = {"uri": uri, "takeFocus": False}
            answer: Any = await self._connection.request("window/showDocument", params)
        except ResponseError:
            return False
        return bool(answer.get("success")) if isinstance(answer, dict) else False  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - raw JSON


async def _write(path: Path, text: str) -> None:
    try:
        await anyio.to_thread.run_sync(replace_file, path, text)
    except OSError as problem:
        message = f"{path} cannot be written: {problem.strerror}."
        raise error("storage", message, hint="Check the folder's permissions.") from problem
