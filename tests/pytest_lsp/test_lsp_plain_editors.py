"""Asking and reading in editors without a plugin of ours, with the capabilities that each one sent.

They were written down from the real editors, which docs/editors.md names with their versions.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

from support import SUPPORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.e2e.installation import Installation

pytestmark = pytest.mark.asyncio(loop_scope="module")

CAPABILITIES = SUPPORT / "lsp" / "capabilities"
EDITORS = sorted(each.stem for each in CAPABILITIES.iterdir() if each.suffix == ".json")
SHOWS = ["lsp_mode"]
NAMED = "Antiphon answers in "


@pytest.mark.parametrize("name", EDITORS)
async def test_an_editor_asks_by_a_code_action_and_finds_its_panes(
    started: Callable[[], Any], installation: Installation, name: str
) -> None:
    path = installation.workspace / "question.txt"
    path.write_text("Why do whales sing?\n")
    sent = json.loads((CAPABILITIES / f"{name}.json").read_text())["capabilities"]
    options = installation.options(models={"default": ["demo/terse", "demo/echo"]})
    async with started() as editor:
        capabilities = editor.protocol._converter.structure(sent, types.ClientCapabilities)
        await editor.initialize_session(
            types.InitializeParams(
                capabilities=capabilities,
                initialization_options=options,
                workspace_folders=[types.WorkspaceFolder(installation.workspace.as_uri(), "w")],
            )
        )
        start = types.Position(0, 0)
        actions = await editor.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(path.as_uri()),
                types.Range(start, start),
                types.CodeActionContext([]),
            )
        )
        command = actions[0].command
        asked = types.ExecuteCommandParams(command.command, command.arguments)
        run = await editor.workspace_execute_command_async(asked)
        assert run["running"]
        uris = []
        if name in SHOWS:
            await editor.until(lambda: len(editor.shown) == 2)
            uris = [each.uri for each in editor.shown]
        else:
            await editor.until(lambda: len(named(editor)) == 2)
            uris = [f"file://{each}" for each in named(editor)]
        symbols = await editor.text_document_document_symbol_async(
            types.DocumentSymbolParams(types.TextDocumentIdentifier(uris[0]))
        )
        assert [each.name for each in symbols][1] == "terse"
        await editor.until(lambda: ("meter", run["sessionId"]) in editor.changes)
        assert editor.questions == []  # it costs nothing
        await editor.shutdown_session()


def named(editor: Any) -> list[str]:
    """The files that the server named."""
    texts = [each.message for each in editor.messages]
    return [text.removeprefix(NAMED) for text in texts if text.startswith(NAMED)]
