"""Writes panes as real files, for editors that open nothing else.

`antiphon.open` writes a pane's document below the user's state folder and asks the editor to show
it. While the pane's answer runs the file is rewritten about once a second, as often as an editor
can reload a file without disturbing the user.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.to_thread

from antiphon.lsp.rpc.jsonrpc import ResponseError
from antiphon.model.commands.documents import OpenResult
from antiphon.model.conversation.session import to_slug
from antiphon.model.failure import AntiphonError, error
from antiphon.model.values.uri import PaneAddress, parse_uri

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from antiphon.engine.run.active_runs import ActiveRuns
    from antiphon.engine.sessions.shown_messages import ShownMessages
    from antiphon.lsp.rpc.peer import Peer
    from antiphon.model.commands.documents import OpenParams
    from antiphon.model.conversation.session import Pane

_EVERY_S: Final = 1.0


class PaneFiles:
    """The files of one connection, in `folder`, which is resolved at the first use."""

    def __init__(
        self,
        connection: Peer,
        documents: ShownMessages,
        runs: ActiveRuns,
        folder: Callable[[], Path],
    ) -> None:
        self._connection = connection
        self._documents = documents
        self._runs = runs
        self._folder = folder
        self._following: dict[PaneAddress, Path] = {}
        self._wanted = anyio.Event()

    async def open(self, params: OpenParams) -> OpenResult:
        """Writes the pane's file and asks the editor to show it.

        Raises `AntiphonError`: `invalid_params` if the address is not a pane's, `not_found` if
        there is no such pane, `storage` if the file cannot be written.
        """
        address = parse_uri(params.uri)
        if not isinstance(address, PaneAddress):
            raise error("invalid_params", "This is not the address of a pane.", field="$.uri")
        pane = await self._documents.pane(address)
        path = self._folder() / pane.session_id / _file_name(pane)
        await self._write(path, address)
        if self._runs.live(pane.id) is not None:
            self._following[address] = path
            self._wanted.set()
        return OpenResult(uri=path.as_uri(), shown=await self._show(path))

    async def keep_current(self) -> None:
        """Rewrites the files of running panes, until it is cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted = anyio.Event()
            while self._following:
                await anyio.sleep(_EVERY_S)
                for address, path in list(self._following.items()):
                    await self._refresh(address, path)

    async def _refresh(self, address: PaneAddress, path: Path) -> None:
        # Read before writing: a pane that ends meanwhile is written once more, whole.
        running = self._runs.live(address.pane_id) is not None
        try:
            await self._write(path, address)
        except AntiphonError:
            running = False  # the next `open` reports why
        if not running:
            del self._following[address]

    async def _write(self, path: Path, address: PaneAddress) -> None:
        text = await self._documents.pane_text(address)
        try:
            await anyio.to_thread.run_sync(partial(_replace, path, text))
        except OSError as problem:
            message = f"{path} cannot be written: {problem.strerror}."
            raise error("storage", message, hint="Check the folder's permissions.") from problem

    async def _show(self, path: Path) -> bool:
        if not self._connection.client_capability("window", "showDocument", "support"):
            return False
        try:
            params = {"uri": path.as_uri(), "takeFocus": False}
            answer: Any = await self._connection.request("window/showDocument", params)
        except ResponseError:
            return False
        return bool(answer.get("success")) if isinstance(answer, dict) else False  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - raw JSON


def _file_name(pane: Pane) -> str:
    return f"{to_slug(pane.title)[:80]}-{pane.id[-6:]}.md"


def _replace(path: Path, text: str) -> None:
    """Replaces the file atomically, readable by its owner alone."""
    # mkdir(parents=True) gives its mode to the last folder only.
    for folder in reversed([each for each in path.parents if not each.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(fresh, flags, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as file:
        file.write(text)
    fresh.replace(path)
