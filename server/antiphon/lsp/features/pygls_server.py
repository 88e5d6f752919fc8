"""pygls, tamed: typed language features and text sync, with one answer for each request.

Imported only by `antiphon.lsp.features.pygls_bridge`, in a thread. What stock pygls 2.1.1 does
and this does not: it leaves a request unanswered whose params cannot be structured, puts exception
texts and tracebacks into replies, logs every body (documents are prompts), and shows its errors to
the user.
"""

from __future__ import annotations

import copy
import itertools
import logging
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import unquote

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter

from antiphon import __version__
from antiphon.lsp.features.symbols import folds_of, is_ours, symbols_of
from antiphon.lsp.rpc.jsonrpc import REQUEST_CANCELLED, ResponseError, invalid_params, is_object

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future

    from antiphon.lsp.features.outline import Outline

_log = logging.getLogger(__name__)

# Its records hold documents and exception texts: they end here, whatever the level is set to, and
# what matters of them is logged by this module, without those.
_its_log = logging.getLogger("pygls")
_its_log.propagate = False
_its_log.addHandler(logging.NullHandler())
_its_log.setLevel(logging.CRITICAL + 1)


class QuietProtocol(LanguageServerProtocol):
    """Hands results to whoever asked, instead of writing them to a transport."""

    def __init__(self, server: Any, converter: Any) -> None:
        super().__init__(server, converter)
        self.answers: dict[int | str, asyncio.Future[Any]] = {}

    def unstructured(self, value: Any) -> Any:
        """`value` as JSON."""
        return self._converter.unstructure(value)

    def _send_handler_result(self, future: Future[Any], *, msg_id: int | str) -> None:
        self._request_futures.pop(msg_id, None)
        answer = self.answers.pop(msg_id, None)
        if answer is None or answer.done():
            return
        if future.cancelled():
            answer.set_exception(ResponseError(REQUEST_CANCELLED, "The request was cancelled."))
        elif (problem := future.exception()) is not None:
            answer.set_exception(problem)
        else:
            answer.set_result(self.unstructured(future.result()))

    def _send_response(
        self, msg_id: int | str, result: Any = None, error: types.ResponseError | None = None
    ) -> None:
        """Called only where pygls found no handler, or failed to call it."""
        answer = self.answers.pop(msg_id, None)
        if answer is not None and not answer.done():
            code = error.code if error is not None else -32603
            answer.set_exception(ResponseError(code, "The request could not be handled."))

    def _send_data(self, data: Any) -> None:
        _log.warning("pygls wanted to send a %s", type(data).__name__)


class QuietServer(LanguageServer):
    """Tells nobody of its errors but the log, and that only their kind."""

    @property
    def tamed_protocol(self) -> QuietProtocol:
        """The protocol that this server was built with."""
        return cast("QuietProtocol", self.protocol)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Logs what went wrong in a notification; requests answer for themselves."""
        _log.warning("text sync: %s (%s)", type(error).__name__, source.__name__)


def build_server(outline: Outline) -> QuietServer:
    """The server with every feature that `antiphon.lsp.capabilities` announces for pygls."""
    server = QuietServer(
        "antiphon", __version__, protocol_cls=QuietProtocol, converter_factory=default_converter
    )

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def _(params: types.DocumentSymbolParams) -> Any:
        uri = params.text_document.uri
        spans = await outline(uri) if is_ours(uri) else ()
        return symbols_of(uri, spans, server.client_capabilities)

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    async def _(params: types.FoldingRangeParams) -> Any:
        uri = params.text_document.uri
        return folds_of(await outline(uri) if is_ours(uri) else ())

    return server


_DOCUMENT: Final = {"uri": "untitled:1", "languageId": "", "version": 1, "text": ""}
_POSITION: Final = {"line": 0, "character": 0}
_FIRST_MESSAGES: Final[dict[str, dict[str, Any]]] = {
    "textDocument/didOpen": {"textDocument": _DOCUMENT},
    "textDocument/didChange": {
        "textDocument": _DOCUMENT,
        "contentChanges": [{"range": {"start": _POSITION, "end": _POSITION}, "text": ""}],
    },
    "textDocument/didClose": {"textDocument": _DOCUMENT},
    "textDocument/documentSymbol": {"textDocument": _DOCUMENT},
    "textDocument/foldingRange": {"textDocument": _DOCUMENT},
    "workspace/didChangeWorkspaceFolders": {"event": {"added": [], "removed": []}},
}
"""One of each: cattrs compiles a function for each type when it meets it for the first time."""


class PyglsHost:
    """A pygls server that is fed messages, and whose answers are futures.

    Making one takes tens of milliseconds and needs no loop; everything else belongs to the loop.
    """

    def __init__(self, outline: Outline, initialize_params: dict[str, Any]) -> None:
        self._server = build_server(outline)
        self._protocol = self._server.tamed_protocol
        self._ids = itertools.count(1)
        self._initialize(initialize_params)
        for method, params in _FIRST_MESSAGES.items():
            self._structured({"id": 0, "method": method, "params": params})

    def request(self, method: str, params: Any, answer: asyncio.Future[Any]) -> None:
        """Starts a request; `answer` gets its result, or the exception that it ended with."""
        if answer.done():
            return
        message_id = next(self._ids)
        self._protocol.answers[message_id] = answer
        try:
            self._feed({"id": message_id, "method": method, "params": params})
        except JsonRpcException:
            del self._protocol.answers[message_id]
            answer.set_exception(invalid_params("$", f"Send the params of {method} by LSP 3.17."))

    def notify(self, method: str, params: Any) -> None:
        """Passes a notification on; one with a wrong shape is dropped."""
        try:
            self._feed({"method": method, "params": params})
        except JsonRpcException:
            _log.warning("%s has a wrong shape", method)

    def cancel(self, answer: asyncio.Future[Any]) -> None:
        """Stops the request that `answer` was for, if it still runs."""
        for message_id, waiting in list(self._protocol.answers.items()):
            if waiting is answer:
                self._feed({"method": "$/cancelRequest", "params": {"id": message_id}})

    def text_of(self, uri: str) -> str | None:
        """The text of an open document."""
        document = self._server.workspace.text_documents.get(unquote(uri))
        return document.source if document is not None else None

    def close(self) -> None:
        """Stops every request that still runs."""
        for answer in list(self._protocol.answers.values()):
            self.cancel(answer)

    def capabilities(self) -> dict[str, Any]:
        """What pygls says that the server can do."""
        return self._protocol.unstructured(self._server.server_capabilities)

    def _initialize(self, params: dict[str, Any]) -> None:
        """Feeds the client's `initialize`; with bad params, one that says nothing."""
        params = copy.deepcopy(params)
        client: Any = params.get("capabilities")
        general: Any = client.get("general") if is_object(client) else None
        if is_object(general):
            general.pop("positionEncodings", None)  # we have said UTF-16
        try:
            self._feed({"id": 0, "method": "initialize", "params": params})
        except JsonRpcException:
            _log.warning("the params of `initialize` have a wrong shape")
            bare: dict[str, Any] = {"processId": None, "rootUri": None, "capabilities": {}}
            self._feed({"id": 0, "method": "initialize", "params": bare})
        self._feed({"method": "initialized", "params": {}})

    def _feed(self, message: dict[str, Any]) -> None:
        """Raises `JsonRpcException` where the message cannot be structured."""
        self._protocol.handle_message(self._structured(message))

    def _structured(self, message: dict[str, Any]) -> Any:
        structured: Any = self._protocol.structure_message({"jsonrpc": "2.0", **message})
        return structured
