"""The life of a server by LSP, as a client sees it that is not ours."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from support.lsp.editor import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.e2e.installation import Installation
    from support.lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

EDITORS = ["visual-studio-code", "neovim", "emacs"]
NOT_SAID_HELLO = types.ClientCapabilities()
"""Lets the client send a request before `initialize`, which it would refuse by itself."""


async def code_of(answer: Any) -> int:
    """The code of the error that a request is answered with."""
    with pytest.raises(JsonRpcException) as refused:
        async with asyncio.timeout(PATIENCE_S):
            await answer
    assert refused.value.message
    return refused.value.code


async def exit_code(editor: Editor) -> int:
    assert editor._server is not None
    async with asyncio.timeout(PATIENCE_S):
        return await editor._server.wait()


@pytest.mark.parametrize("spec", EDITORS)
async def test_a_session_of_each_editor_goes_from_hello_to_exit_code_zero(
    started: Callable[[], Any], installation: Installation, spec: str
) -> None:
    async with started() as editor:
        hello = await editor.hello(installation, spec)
        assert hello.server_info.name == "antiphon"
        assert hello.capabilities.position_encoding == types.PositionEncodingKind.Utf16
        assert hello.capabilities.workspace.text_document_content.schemes == ("antiphon",)
        assert "antiphon.broadcast" in hello.capabilities.execute_command_provider.commands
        assert (await editor.ask("demo/terse"))["status"] == "complete"
        await editor.shutdown_session()
        assert await exit_code(editor) == 0
        assert editor.messages == []


async def test_requests_before_initialize_are_refused_and_after_it_answered(
    started: Callable[[], Any], installation: Installation
) -> None:
    async with started() as editor:
        editor.capabilities = NOT_SAID_HELLO
        early = [editor.command("health"), editor.shutdown_async(None)]
        codes = [await code_of(answer) for answer in early]
        assert codes == [types.ErrorCodes.ServerNotInitialized] * 2
        await editor.hello(installation)
        assert (await editor.command("health"))["protocol"] == 1
        again = editor.initialize_async(types.InitializeParams(capabilities=NOT_SAID_HELLO))
        assert await code_of(again) == types.ErrorCodes.InvalidRequest


async def test_shutdown_answers_what_it_stops_and_refuses_all_requests_until_exit(
    started: Callable[[], Any], installation: Installation
) -> None:
    async with started() as editor:
        await editor.hello(installation)
        argument = {"prompt": "x", "models": ["demo/stall"], "streamToken": editor.follow("s")}
        run = asyncio.ensure_future(editor.command("broadcast", argument))
        await editor.until(lambda: editor.streams["s"])
        assert await editor.shutdown_async(None) is None
        assert (await run)["status"] == "cancelled"
        for late in (editor.command("health"), editor.shutdown_async(None)):
            assert await code_of(late) == types.ErrorCodes.InvalidRequest
        editor.exit(None)
        assert await exit_code(editor) == 0


@pytest.mark.parametrize("said_hello", [True, False])
async def test_exit_without_shutdown_ends_with_code_one(
    started: Callable[[], Any], installation: Installation, said_hello: bool
) -> None:
    async with started() as editor:
        if said_hello:
            await editor.hello(installation)
        editor.exit(None)
        assert await exit_code(editor) == 1


async def test_a_client_that_closes_the_pipe_ends_the_server_with_code_one(
    started: Callable[[], Any], installation: Installation
) -> None:
    async with started() as editor:
        await editor.hello(installation)
        editor._server.stdin.close()
        assert await exit_code(editor) == 1


async def test_what_the_server_does_not_know_is_refused_or_ignored(editor: Editor) -> None:
    request = editor.protocol.send_request_async
    position = types.Position(0, 0)
    where = types.ImplementationParams(types.TextDocumentIdentifier("file:///a"), position)
    asked = [
        request("textDocument/implementation", where),
        request("$/unknown", {}),
        request("antiphon/unknown", {}),
    ]
    assert [await code_of(answer) for answer in asked] == [types.ErrorCodes.MethodNotFound] * 3
    editor.protocol.notify("$/unknown", {})
    editor.set_trace(types.SetTraceParams(types.TraceValue.Verbose))
    editor.workspace_did_change_configuration(types.DidChangeConfigurationParams({}))
    assert (await editor.command("health"))["protocol"] == 1
