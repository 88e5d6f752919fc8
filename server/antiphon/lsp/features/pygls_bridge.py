"""Standard language features and text sync, served by pygls, which is loaded only when needed.

Importing pygls takes most of a second, and a first broadcast must not wait for it. So text sync is
queued until somebody asks: a language request, a reader of an open buffer, or a full queue. Then
pygls is imported and made ready in a thread, the client's `initialize` included; everything queued
is fed to it in order, and it follows along from there.

Pane documents are left out of text sync: the server knows their text, and a stream would be echoed
with every token.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.lowlevel
import anyio.to_thread

from antiphon.lsp.rpc.jsonrpc import INTERNAL_ERROR, ResponseError, is_object
from antiphon.model.values.uri import SCHEME

if TYPE_CHECKING:
    from collections.abc import Callable

    from antiphon.lsp.features.outline import Outline
    from antiphon.lsp.features.pygls_server import PyglsHost
    from antiphon.lsp.rpc.in_flight import RequestContext
    from antiphon.lsp.rpc.router import Dispatcher

_log = logging.getLogger(__name__)

REQUESTS: Final = ("textDocument/documentSymbol", "textDocument/foldingRange")
NOTIFICATIONS: Final = (
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didClose",
    "workspace/didChangeWorkspaceFolders",
)
MAX_QUEUED: Final = 1000
"""Notifications that wait before pygls is loaded for their sake alone."""


@dataclass(frozen=True, slots=True)
class _Job:
    """Something for pygls to do, and who waits for it."""

    act: Callable[[PyglsHost], None]
    answer: asyncio.Future[Any] | None = None


class LanguageHost:
    """What the rest of the server sees of pygls."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._inbox: asyncio.Queue[_Job] = asyncio.Queue()
        self._needed = anyio.Event()
        self._synced = False

    def register(self, dispatcher: Dispatcher) -> None:
        """Puts the language features into the table of handlers."""
        for method in REQUESTS:
            dispatcher.request(method, partial(self._request, method))
        for method in NOTIFICATIONS:
            dispatcher.notification(method, partial(self._notify, method))

    async def run(self, initialize_params: dict[str, Any]) -> None:
        """Serves until cancelled; pygls is not loaded before it is needed."""
        await self._needed.wait()
        host = await self._load(initialize_params)
        try:
            while True:
                _perform(await self._inbox.get(), host)
                await anyio.lowlevel.checkpoint()
        finally:
            if host is not None:
                host.close()

    async def text_of(self, uri: str) -> str | None:
        """The text of a document that the client has open, as its buffer is now.

        `None` where it is not open. Raises `ResponseError` where pygls cannot be imported.
        """
        if not self._synced:
            return None
        answer: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()

        def read(host: PyglsHost) -> None:
            if not answer.done():
                answer.set_result(host.text_of(uri))

        self._submit(_Job(read, answer))
        self._needed.set()
        return await answer

    async def _request(self, method: str, params: Any, _context: RequestContext) -> Any:
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._submit(_Job(lambda host: host.request(method, params, answer), answer))
        self._needed.set()
        try:
            return await answer
        except asyncio.CancelledError:
            self._submit(_Job(lambda host: host.cancel(answer)))
            raise

    async def _notify(self, method: str, params: Any) -> None:
        if _is_pane(params):
            return
        self._synced = True
        self._submit(_Job(lambda host: host.notify(method, params)))
        if self._inbox.qsize() > MAX_QUEUED:
            self._needed.set()

    def _submit(self, job: _Job) -> None:
        self._inbox.put_nowait(job)

    async def _load(self, initialize_params: dict[str, Any]) -> PyglsHost | None:
        try:
            return await anyio.to_thread.run_sync(_make_host, self._outline, initialize_params)
        except ImportError as problem:
            _log.critical("no language features: %s cannot be imported", problem.name)
            return None


def _perform(job: _Job, host: PyglsHost | None) -> None:
    if host is not None:
        job.act(host)
    elif job.answer is not None and not job.answer.done():
        problem = ResponseError(INTERNAL_ERROR, "pygls is not installed; see the log.")
        job.answer.set_exception(problem)


def _make_host(outline: Outline, initialize_params: dict[str, Any]) -> PyglsHost:
    """Imports pygls and makes the host, which takes the loop's thread nearly as long as the import.

    The garbage collector is paused meanwhile: it would walk hundreds of new classes.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        host = _import_host()(outline, initialize_params)
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
    return host


def _import_host() -> type[PyglsHost]:
    from antiphon.lsp.features.pygls_server import PyglsHost  # noqa: PLC0415 - the point of this module

    return PyglsHost


def _is_pane(params: Any) -> bool:
    """Whether a text sync notification is about one of our own documents."""
    document: Any = params.get("textDocument") if is_object(params) else None
    uri: Any = document.get("uri") if is_object(document) else None
    return isinstance(uri, str) and uri.startswith(f"{SCHEME}:")
