"""pytest-lsp's client, with what an editor adds that knows Antiphon's stream.

Everything that it receives has passed lsprotocol's types. Progress under a token that it did not
make, or with a value that is no work-done progress, fails the test that it arrives in.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Union

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.protocol import default_converter
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, progress, register_lsp_features

from pytest_lsp import LanguageClient, client_capabilities

if TYPE_CHECKING:
    from collections.abc import Callable

    from cattrs import Converter

    from support.e2e.installation import Installation

PATIENCE_S = 30.0


class Editor(LanguageClient):
    """One editor, as pytest-lsp plays it."""

    def __init__(self) -> None:
        super().__init__(converter_factory=_converter)
        register_lsp_features(self, FEATURES)
        self.streams: dict[int | str, list[dict[str, Any]]] = {}
        """The events of each run, by the token that was made for them."""
        self.refreshed: list[str] = []
        """The documents that the server asked to pull again."""
        self.edits: list[types.ApplyWorkspaceEditParams] = []
        """The edits that the server asked for."""
        self.changes: list[tuple[str, str | None]] = []
        """What has changed by `antiphon/didChange`: its type and its id."""
        self.shown: list[types.ShowDocumentParams] = []
        """What the server had shown."""
        self.questions: list[types.ShowMessageRequestParams] = []
        """What the server asked its user, who answers with the first action."""
        self.published: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}
        """The version and the diagnostics of each document that has had some."""
        self.lenses_refreshed = 0
        """How often the server asked to request code lenses again."""
        self._news = asyncio.Event()

    def hear(self) -> None:
        """Wakes whoever waits for something that the server sends."""
        self._news.set()

    async def until(self, holds: Callable[[], object]) -> None:
        """Waits until what the server has sent meets a condition."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def hello(
        self,
        installation: Installation,
        spec: str = "visual-studio-code",
        *,
        opens_documents: bool = True,
        **options: Any,
    ) -> types.InitializeResult:
        """Initializes a session with an editor's capabilities and the documents of LSP 3.18.

        One that does not open documents of ours reads panes in files.
        """
        capabilities = client_capabilities(spec)
        assert capabilities.workspace is not None
        assert capabilities.window is not None
        content = types.TextDocumentContentClientCapabilities()
        capabilities.workspace.text_document_content = content if opens_documents else None
        capabilities.window.show_document = types.ShowDocumentClientCapabilities(support=True)
        folder = types.WorkspaceFolder(installation.workspace.as_uri(), "workspace")
        return await self.initialize_session(
            types.InitializeParams(
                capabilities=capabilities,
                initialization_options=installation.options(**options),
                workspace_folders=[folder],
            )
        )

    def report_progress(self, token: int | str) -> int | str:
        """Makes a token for work-done progress."""
        self.progress_reports[token] = []
        return token

    def kinds(self, token: int | str) -> list[str]:
        """The kinds of the work-done progress under a token."""
        return [report.kind for report in self.progress_reports[token]]  # type: ignore[attr-defined]

    def follow(self, token: int | str) -> int | str:
        """Makes a token for a stream of events."""
        self.streams[token] = []
        return token

    async def command(
        self,
        name: str,
        argument: dict[str, Any] | None = None,
        *,
        token: int | str | None = None,
        request_id: str | None = None,
    ) -> Any:
        """Runs `antiphon.<name>`; its result."""
        params = types.ExecuteCommandParams(f"antiphon.{name}", [argument or {}], token)
        method = types.WORKSPACE_EXECUTE_COMMAND
        async with asyncio.timeout(PATIENCE_S):
            return await self.protocol.send_request_async(method, params, request_id)

    async def refused(self, name: str, argument: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The code and the data of a command's error."""
        with pytest.raises(JsonRpcException) as refused:
            await self.command(name, argument)
        assert refused.value.message
        return refused.value.code, refused.value.data

    async def ask(self, *models: str, prompt: str = "Why do whales sing?", **more: Any) -> Any:
        """Broadcasts to demo models at full speed; the run."""
        argument = {"prompt": prompt, "params": {"tokensPerSecond": 0}, **more}
        return await self.command("broadcast", {"models": list(models), **argument})

    async def text(self, uri: str) -> str:
        """Pulls the text of a document."""
        params = types.TextDocumentContentParams(uri)
        return (await self.workspace_text_document_content_async(params)).text


def _converter() -> Converter:
    """pygls's converter, but for code actions: lsprotocol takes all that have a command for one."""

    def action_or_command(value: Any, _: object) -> types.CodeAction | types.Command:
        kind = types.Command if isinstance(value.get("command"), str) else types.CodeAction
        return converter.structure(value, kind)

    converter = default_converter()
    union = Union[types.Command, types.CodeAction]  # noqa: UP007 - how lsprotocol spells it
    converter.register_structure_hook(union, action_or_command)
    return converter


def _progress(client: Editor, params: types.ProgressParams) -> None:
    if params.token in client.streams:
        client.streams[params.token].extend(params.value["events"])
    else:
        progress(client, params)
    client.hear()


def _refresh(client: Editor, params: types.TextDocumentContentRefreshParams) -> None:
    client.refreshed.append(params.uri)
    client.hear()


def _edit(client: Editor, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
    client.edits.append(params)
    return types.ApplyWorkspaceEditResult(applied=True)


def _show(client: Editor, params: types.ShowDocumentParams) -> types.ShowDocumentResult:
    client.shown.append(params)
    client.hear()
    return types.ShowDocumentResult(success=True)


def _message(client: Editor, params: types.ShowMessageParams) -> None:
    client.messages.append(params)
    client.hear()


def _asked(
    client: Editor, params: types.ShowMessageRequestParams
) -> types.MessageActionItem | None:
    client.questions.append(params)
    return params.actions[0] if params.actions else None


def _changed(client: Editor, params: Any) -> None:
    client.changes.extend((each.type, getattr(each, "id", None)) for each in params.changes)
    client.hear()


def _refresh_lenses(client: Editor, _params: None) -> None:
    client.lenses_refreshed += 1
    client.hear()


def _diagnosed(client: Editor, params: types.PublishDiagnosticsParams) -> None:
    client.published[params.uri] = params.version, list(params.diagnostics)
    client.hear()


FEATURES: dict[str, Any] = {
    **DEFAULT_CLIENT_FEATURES,
    types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: _diagnosed,
    types.WORKSPACE_CODE_LENS_REFRESH: _refresh_lenses,
    types.PROGRESS: _progress,
    types.WORKSPACE_TEXT_DOCUMENT_CONTENT_REFRESH: _refresh,
    types.WORKSPACE_APPLY_EDIT: _edit,
    types.WINDOW_SHOW_DOCUMENT: _show,
    types.WINDOW_SHOW_MESSAGE: _message,
    types.WINDOW_SHOW_MESSAGE_REQUEST: _asked,
    "antiphon/didChange": _changed,
}
