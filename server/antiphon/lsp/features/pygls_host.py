"""Feeds the pygls server message by message, with futures for answers.

Imported only by `antiphon.lsp.features.pygls_bridge`, in a thread.
"""

from __future__ import annotations

import copy
import itertools
import logging
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

import anyio
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import default_converter

from antiphon.lsp.features.language_server.params import invalid_field
from antiphon.lsp.features.language_server.warm_up import meet_types
from antiphon.lsp.features.pygls_server import create_server
from antiphon.lsp.rpc.jsonrpc import is_object

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterable

    from antiphon.lsp.features.language_server.services import FeatureServices

_log = logging.getLogger(__name__)


class PyglsHost:
    """Owns a pygls server that has been initialized.

    Making one takes tens of milliseconds and needs no event loop; everything else belongs to the
    loop.
    """

    def __init__(self, services: FeatureServices, initialize_params: dict[str, Any]) -> None:
        self._server = create_server(services)
        self._protocol = self._server.quiet_protocol
        self._ids = itertools.count(1)
        self._initialize(initialize_params, services.folders.uris)
        meet_types(self._structured, self._protocol.unstructured)

    def request(self, method: str, params: Any, answer: asyncio.Future[Any]) -> None:
        """Starts a request whose result, or exception, `answer` gets."""
        if answer.done():
            return
        message_id = next(self._ids)
        self._protocol.answers[message_id] = answer
        try:
            self._feed({"id": message_id, "method": method, "params": params})
        except JsonRpcException as problem:
            del self._protocol.answers[message_id]
            answer.set_exception(invalid_field(method, params, problem.__cause__))

    def notify(self, method: str, params: Any) -> None:
        """Passes a notification on, unless it has a wrong shape."""
        try:
            self._feed({"method": method, "params": params})
        except JsonRpcException:
            _log.warning("%s has a wrong shape", method)

    def cancel(self, answer: asyncio.Future[Any]) -> None:
        """Stops the request that `answer` is for, if it still runs."""
        for message_id, waiting in list(self._protocol.answers.items()):
            if waiting is answer:
                self._feed({"method": types.CANCEL_REQUEST, "params": {"id": message_id}})

    def text_of(self, uri: str) -> str | None:
        """Returns the text of an open document."""
        document = self._server.workspace.text_documents.get(unquote(uri))
        return document.source if document is not None else None

    async def work(self) -> None:
        """Publishes diagnostics until cancelled."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._server.prompt_diagnostics.run)
            tasks.start_soon(self._server.pipeline_diagnostics.run)

    def close(self) -> None:
        """Stops every request that still runs."""
        for answer in list(self._protocol.answers.values()):
            self.cancel(answer)

    def capabilities(self) -> dict[str, Any]:
        """Returns what pygls announces that the server can do."""
        return self._protocol.unstructured(self._server.server_capabilities)

    def _initialize(self, params: dict[str, Any], folder_uris: Iterable[str]) -> None:
        """Feeds the client's `initialize`, with the folders known so far.

        The client's capabilities are read with pygls's own, generous converter. A capability that
        does not fit, because it is newer than lsprotocol for example, must not hide the others.
        """
        params = copy.deepcopy(params)
        folders = [{"uri": uri, "name": uri} for uri in folder_uris]
        params |= {"rootUri": None, "rootPath": None, "workspaceFolders": folders}
        client: Any = params.get("capabilities")
        general: Any = client.get("general") if is_object(client) else None
        if is_object(general):
            general.pop("positionEncodings", None)  # the reply has announced UTF-16
        converter = default_converter()
        try:
            known = converter.structure(params, types.InitializeParams)
        except Exception as problem:  # noqa: BLE001 - a hook may raise anything
            _log.warning("`initialize` has params of a wrong shape: %s", type(problem).__name__)
            fitting = _fitting(client, converter)
            known = types.InitializeParams(
                converter.structure(fitting, types.ClientCapabilities),
                workspace_folders=converter.structure(folders, list[types.WorkspaceFolder]),
            )
        self._protocol.handle_message(cast("Any", types.InitializeRequest(0, known)))
        self._feed({"method": types.INITIALIZED, "params": {}})

    def _feed(self, message: dict[str, Any]) -> None:
        """Raises `JsonRpcException` if the message cannot be structured."""
        self._protocol.handle_message(self._structured(message))

    def _structured(self, message: dict[str, Any]) -> Any:
        structured: Any = self._protocol.structure_message({"jsonrpc": "2.0", **message})
        return structured


def _fitting(capabilities: Any, converter: Any) -> dict[str, dict[str, Any]]:
    """Returns the capabilities that lsprotocol can read."""
    found: dict[str, dict[str, Any]] = {}
    for section, entries in capabilities.items() if is_object(capabilities) else ():
        for name, value in entries.items() if is_object(entries) else ():
            try:
                converter.structure({section: {name: value}}, types.ClientCapabilities)
            except Exception:  # noqa: BLE001 - a hook may raise anything
                _log.info("the capability %s.%s has a shape that is not known", section, name)
            else:
                found.setdefault(section, {})[name] = value
    return found
