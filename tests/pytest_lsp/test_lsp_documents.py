"""Documents through a client that is not ours: pulled, refreshed, and synchronised as context."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from pathlib import Path

    from support.e2e.installation import Installation
    from support.lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def file(installation: Installation) -> Path:
    """A file of the workspace."""
    path = installation.workspace / "a file.txt"
    path.write_text("on disk\n", newline="")
    return path


async def sent_as_context(editor: Editor, uri: str) -> str:
    """What a model is shown of a document that is named as context, repeated by the model."""
    run = await editor.ask("demo/echo", prompt="Repeat it.", context=[{"uri": uri}])
    opened = await editor.command("session.open", {"sessionId": run["sessionId"]})
    return opened["messages"][-1]["content"]


async def test_a_pane_and_a_message_are_pulled_as_documents(editor: Editor) -> None:
    run = await editor.ask("demo/terse", prompt="Why?")
    pane, result = run["panes"][0], run["results"][0]
    opened = await editor.command("session.open", {"sessionId": run["sessionId"]})
    answer = opened["messages"][-1]["content"]
    assert await editor.text(pane["uri"]) == f"## You\n\nWhy?\n\n## terse\n\n{answer}\n"
    address = f"{run['sessionId']}/{pane['id']}/{result['messageId']}/any-slug"
    assert await editor.text(f"antiphon:/message/{address}") == answer
    assert await editor.text(f"antiphon:///message/{address}") == answer


@pytest.mark.parametrize(
    ("uri", "code", "kind"),
    [
        (f"antiphon:/pane/{NOBODY}/{NOBODY}/x", types.LSPErrorCodes.RequestFailed, "not_found"),
        ("antiphon:/nothing", types.ErrorCodes.InvalidParams, "invalid_params"),
        ("file:///etc/hosts", types.ErrorCodes.InvalidParams, "invalid_params"),
    ],
)
async def test_a_document_that_is_not_there_is_refused(
    editor: Editor, uri: str, code: int, kind: str
) -> None:
    with pytest.raises(JsonRpcException) as refused:
        await editor.text(uri)
    assert (refused.value.code, refused.value.data["kind"]) == (code, kind)


async def test_a_client_without_a_stream_is_asked_to_pull_until_the_end(editor: Editor) -> None:
    editor.refreshed.clear()
    run = await editor.ask("demo/terse", "demo/refuses")
    uris = {pane["uri"] for pane in run["panes"]}
    await editor.until(lambda: set(editor.refreshed) == uris)
    assert ("session", run["sessionId"]) in editor.changes


async def test_a_client_with_a_stream_is_asked_to_pull_only_what_was_cut(editor: Editor) -> None:
    run = await editor.ask("demo/terse", streamToken=editor.follow("first"))
    uri, message = run["panes"][0]["uri"], run["results"][0]["messageId"]
    editor.refreshed.clear()
    argument = {"messageId": message, "model": "demo/poet", "streamToken": editor.follow("again")}
    await editor.command("regenerate", {**argument, "params": {"tokensPerSecond": 0}})
    await editor.until(lambda: editor.refreshed)
    assert editor.refreshed == [uri]
    assert editor.streams["again"][0]["cutFrom"]


async def test_a_message_that_is_sent_to_a_pane_makes_the_client_pull_it(editor: Editor) -> None:
    run = await editor.ask("demo/terse", "demo/poet", streamToken=editor.follow("sending"))
    target = run["panes"][1]
    editor.refreshed.clear()
    source = {"messageIds": [run["results"][0]["messageId"]]}
    argument = {"from": source, "to": {"paneIds": [target["id"]]}, "mode": "context"}
    await editor.command("sendTo", argument)
    await editor.until(lambda: editor.refreshed)
    assert editor.refreshed == [target["uri"]]


async def test_context_is_the_open_buffer_through_every_change_and_the_file_once_closed(
    editor: Editor, file: Path
) -> None:
    uri = file.as_uri()
    assert "on disk" in await sent_as_context(editor, uri)
    item = types.TextDocumentItem(uri, "plaintext", 1, "in the 🐋 buffer\nlast\n")
    editor.text_document_did_open(types.DidOpenTextDocumentParams(item))
    shown = await sent_as_context(editor, uri)
    assert "in the 🐋 buffer\nlast\n" in shown
    assert "on disk" not in shown
    inside = types.Range(types.Position(0, 9), types.Position(0, 16))
    end = types.Range(types.Position(1, 4), types.Position(1, 4))
    changes: list[Any] = [
        types.TextDocumentContentChangePartial(inside, " sea"),
        types.TextDocumentContentChangePartial(end, " line"),
    ]
    document = types.VersionedTextDocumentIdentifier(2, uri)
    editor.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))
    assert "in the 🐋 sea\nlast line\n" in await sent_as_context(editor, uri)
    whole = types.TextDocumentContentChangeWholeDocument("all new\n")
    document = types.VersionedTextDocumentIdentifier(3, uri)
    editor.text_document_did_change(types.DidChangeTextDocumentParams(document, [whole]))
    assert "all new\n" in await sent_as_context(editor, uri)
    closed = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
    editor.text_document_did_close(closed)
    assert "on disk" in await sent_as_context(editor, uri)


async def test_a_file_is_read_once_its_folder_is_part_of_the_workspace(
    editor: Editor, installation: Installation
) -> None:
    folder = installation.folder / "second"
    folder.mkdir()
    (folder / "b.txt").write_text("beyond\n", newline="")
    argument = {"prompt": "x", "models": ["demo/echo"]}
    argument["context"] = [{"uri": (folder / "b.txt").as_uri()}]
    code, data = await editor.refused("broadcast", argument)
    assert (code, data["field"]) == (types.ErrorCodes.InvalidParams, "$.context[0]")
    added = [types.WorkspaceFolder(folder.as_uri(), "second")]
    event = types.WorkspaceFoldersChangeEvent(added=added, removed=[])
    change = types.DidChangeWorkspaceFoldersParams(event)
    editor.workspace_did_change_workspace_folders(change)
    assert "beyond" in await sent_as_context(editor, (folder / "b.txt").as_uri())


async def test_a_pane_that_the_client_opens_keeps_the_servers_text(editor: Editor) -> None:
    uri = (await editor.ask("demo/terse"))["panes"][0]["uri"]
    text = await editor.text(uri)
    item = types.TextDocumentItem(uri, "markdown", 1, "what the client believes")
    editor.text_document_did_open(types.DidOpenTextDocumentParams(item))
    symbols = await editor.text_document_document_symbol_async(
        types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
    )
    assert len(symbols) == 2
    assert await editor.text(uri) == text
