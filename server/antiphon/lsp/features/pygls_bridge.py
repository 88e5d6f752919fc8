"""Serves standard LSP by pygls, which is loaded beside everything else.

Importing pygls takes as long as the rest of the start together, and a first broadcast must not wait
for it. So messages for it are queued until it is needed: by a language request, by a reader of open
buffers or changed folders, by a full queue, or because the client is quiet and will use it. Then
pygls is imported and made ready in a thread, the client's `initialize` included; everything queued
is fed to it in order, and later messages follow at once.

Pane documents are left out of text sync: the server knows their text, and a stream would be echoed
with every token.
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.lowlevel
import anyio.to_thread
from msgspec import Struct

from antiphon.lsp.features.pane_twins import with_twin
from antiphon.lsp.rpc.jsonrpc import INTERNAL_ERROR, ResponseError, invalid_params, is_object
from antiphon.model.values.uri import SCHEME

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.lsp.features.language_server.services import FeatureServices, FilesOfPanes
    from antiphon.lsp.features.pygls_host import PyglsHost
    from antiphon.lsp.rpc.router import Dispatcher, RequestContext

_log = logging.getLogger(__name__)

_MAKING: Final = threading.Lock()
_FOLDERS: Final = "workspace/didChangeWorkspaceFolders"
_TEXT_DOCUMENT: Final = (
    "documentSymbol",
    "foldingRange",
    "hover",
    "definition",
    "references",
    "codeLens",
    "codeAction",
    "completion",
    "documentLink",
)
"""The features, as methods and client capabilities name them."""
REQUESTS: Final = tuple(f"textDocument/{feature}" for feature in _TEXT_DOCUMENT)
NOTIFICATIONS: Final = (
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    _FOLDERS,
)
MAX_QUEUED: Final = 1000
"""Notifications that wait before pygls is loaded for their sake alone."""


class _Job(Struct, frozen=True):
    """A task for pygls, and the future that waits for it."""

    act: Callable[[PyglsHost], None]
    answer: asyncio.Future[Any] | None = None


class LanguageHost:
    """The language features, as the rest of the server uses them."""

    def __init__(self, services: Callable[[], FeatureServices], files: FilesOfPanes) -> None:
        """Creates the host, with `files` as those of panes.

        `services` is called, in a thread, when pygls is loaded.
        """
        self._services = services
        self._files = files
        self._inbox: asyncio.Queue[_Job] = asyncio.Queue()
        self._needed = anyio.Event()
        self._synced = self._folders_changed = self._declared = False

    def register(self, dispatcher: Dispatcher) -> None:
        """Puts the language features into the table of handlers."""
        for method in REQUESTS:
            dispatcher.request(method, partial(self._request, method))
        for method in NOTIFICATIONS:
            dispatcher.notification(method, partial(self._notify, method))

    async def run(self, initialize_params: dict[str, Any]) -> None:
        """Serves until cancelled, and loads pygls when it is needed."""
        self._declared = _declares_features(initialize_params)
        await self._needed.wait()
        host = await self._load(initialize_params)
        try:
            async with anyio.create_task_group() as tasks:
                if host is not None:
                    tasks.start_soon(host.work)
                while True:
                    _perform(await self._inbox.get(), host)
                    await anyio.lowlevel.checkpoint()
        finally:
            if host is not None:
                host.close()

    def load_early(self) -> None:
        """Loads pygls now, if the client has declared a feature or opened a document.

        To be called while the client waits for nothing. A client that only sends commands never
        loads pygls.
        """
        if self._declared or self._synced:
            self._needed.set()

    async def text_of(self, uri: str) -> str | None:
        """Returns the text of an open document, as the client's buffer is now.

        `None` if it is not open. Raises `ResponseError` if pygls cannot be imported.
        """
        return await self._ask(lambda host: host.text_of(uri)) if self._synced else None

    async def folders_settled(self) -> None:
        """Returns once every change of folders that has been received is in.

        Raises `ResponseError` if pygls cannot be imported.
        """
        if self._folders_changed:
            await self._ask(lambda _: None)

    async def _ask(self, read: Callable[[PyglsHost], str | None]) -> str | None:
        """Returns what `read` finds behind everything that was queued before."""
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

        def act(host: PyglsHost) -> None:
            if not answer.done():
                answer.set_result(read(host))

        self._submit(_Job(act, answer))
        self._needed.set()
        return await answer

    async def _request(self, method: str, params: Any, _context: RequestContext) -> Any:
        if not is_object(params):
            raise invalid_params("$", "Send an object.")
        asked, twin = await with_twin(params, self._files)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        # The log finds the request's id in its context, which pygls hands on to the feature.
        in_context = contextvars.copy_context().run
        self._submit(_Job(lambda host: in_context(host.request, method, asked, answer), answer))
        self._needed.set()
        try:
            result = await answer
        except asyncio.CancelledError:
            self._submit(_Job(lambda host: host.cancel(answer)))
            raise
        return result if twin is None else await twin.with_files(result)

    async def _notify(self, method: str, params: Any) -> None:
        if method == _FOLDERS:
            self._folders_changed = True
        elif _is_pane(params):
            return
        else:
            self._synced = True
        self._submit(_Job(lambda host: host.notify(method, params)))
        if self._inbox.qsize() > MAX_QUEUED:
            self._needed.set()

    def _submit(self, job: _Job) -> None:
        self._inbox.put_nowait(job)

    async def _load(self, initialize_params: dict[str, Any]) -> PyglsHost | None:
        began = time.perf_counter()
        try:
            host = await anyio.to_thread.run_sync(_make_host, self._services, initialize_params)
        except ImportError as problem:
            _log.critical("no language features: %s cannot be imported", problem.name)
            return None
        _log.info("pygls is ready after %d ms", 1000 * (time.perf_counter() - began))
        return host


def _perform(job: _Job, host: PyglsHost | None) -> None:
    if host is not None:
        job.act(host)
    elif job.answer is not None and not job.answer.done():
        problem = ResponseError(INTERNAL_ERROR, "pygls is not installed; see the log.")
        job.answer.set_exception(problem)


def _make_host(
    services: Callable[[], FeatureServices], initialize_params: dict[str, Any]
) -> PyglsHost:
    """Imports pygls and makes the host, which takes nearly as long as the import.

    One host after the other: lsprotocol resolves its types in tables of the process, and fails if
    two clients need them at once. The garbage collector is paused meanwhile: it would walk
    hundreds of new classes.
    """
    with _MAKING:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            host = _import_host()(services(), initialize_params)
            gc.freeze()
        finally:
            if was_enabled:
                gc.enable()
    return host


def _import_host() -> type[PyglsHost]:
    from antiphon.lsp.features.pygls_host import PyglsHost  # noqa: PLC0415 - the point of this module

    return PyglsHost


def _is_pane(params: Any) -> bool:
    """Checks whether a text sync notification is about an `antiphon:` document."""
    document: Any = params.get("textDocument") if is_object(params) else None
    uri: Any = document.get("uri") if is_object(document) else None
    return isinstance(uri, str) and uri.startswith(f"{SCHEME}:")


def _declares_features(initialize_params: dict[str, Any]) -> bool:
    client: Any = initialize_params.get("capabilities")
    declared: Any = client.get("textDocument") if is_object(client) else None
    return is_object(declared) and any(is_object(declared.get(name)) for name in _TEXT_DOCUMENT)
