"""Every language feature on pane documents, in lsprotocol's types, through a client not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from lsprotocol import types

from support.e2e.answers import part_of, range_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.e2e.installation import Installation
    from support.lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

SOURCE = "import os\n\n\ndef f():\n    return 1\n"
NO_DIAGNOSTICS = types.CodeActionContext([])


def document(uri: str) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri)


def span(text: str, part: str) -> types.Range:
    """The range of the last `part` in `text`."""
    start, end = (types.Position(**place) for place in range_of(text, part).values())
    return types.Range(start, end)


def part(text: str, found: types.Range) -> str:
    """The text in a range."""
    start, end = found.start, found.end
    return part_of(
        text,
        {
            "start": {"line": start.line, "character": start.character},
            "end": {"line": end.line, "character": end.character},
        },
    )


async def last_answer(editor: Editor, run: Any, pane: int) -> str:
    """The content of the last message of a run's pane."""
    opened = await editor.command("session.open", {"sessionId": run["sessionId"]})
    mine = [each for each in opened["messages"] if each["paneId"] == run["panes"][pane]["id"]]
    return mine[-1]["content"]


async def carried_out(editor: Editor, command: types.Command) -> Any:
    """The result of a command of a lens or an action, sent as it came."""
    params = types.ExecuteCommandParams(command.command, command.arguments)
    return await editor.workspace_execute_command_async(params)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def run(editor: Editor) -> Any:
    """Two panes that have answered, the first with a block of code."""
    return await editor.ask("demo/coder", "demo/terse", prompt="How do whales\nsing?")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def transfer(editor: Editor) -> Any:
    """A run whose first answer was sent to its second pane."""
    run = await editor.ask("demo/terse", "demo/poet")
    source = {"messageIds": [run["results"][0]["messageId"]]}
    target = {"paneIds": [run["panes"][1]["id"]]}
    await editor.command("sendTo", {"from": source, "to": target, "mode": "context"})
    return run


async def test_symbols_are_one_a_message_with_its_whole_block(editor: Editor, run: Any) -> None:
    uri = run["panes"][0]["uri"]
    text = await editor.text(uri)
    symbols = await editor.text_document_document_symbol_async(
        types.DocumentSymbolParams(document(uri))
    )
    assert [type(symbol) for symbol in symbols] == [types.DocumentSymbol] * 2
    assert [symbol.name for symbol in symbols] == ["How do whales sing?", "coder"]
    assert [symbol.detail for symbol in symbols] == ["complete", "complete"]
    assert part(text, symbols[0].range) == "## You\n\nHow do whales\nsing?\n"
    assert part(text, symbols[1].range).startswith("## coder\n")
    for symbol in symbols:
        assert symbol.range.start <= symbol.selection_range.start
        assert symbol.selection_range.end <= symbol.range.end


async def test_an_editor_that_declares_nothing_gets_the_older_forms_and_is_asked_nothing(
    started: Callable[[], Any], installation: Installation
) -> None:
    async with started() as editor:
        options = installation.options()
        bare = types.InitializeParams(types.ClientCapabilities(), initialization_options=options)
        await editor.initialize_session(bare)
        run = await editor.ask("demo/terse", "demo/poet")
        uri = run["panes"][0]["uri"]
        symbols = await editor.text_document_document_symbol_async(
            types.DocumentSymbolParams(document(uri))
        )
        assert [type(symbol) for symbol in symbols] == [types.SymbolInformation] * 2
        assert {symbol.location.uri for symbol in symbols} == {uri}
        actions = await editor.text_document_code_action_async(
            types.CodeActionParams(document(uri), symbols[1].location.range, NO_DIAGNOSTICS)
        )
        assert [type(action) for action in actions] == [types.Command] * 2
        assert (await carried_out(editor, actions[0]))["messages"]
        assert (editor.refreshed, editor.progress_reports) == ([], {})
        await editor.shutdown_session()


async def test_messages_and_blocks_of_code_fold(editor: Editor, run: Any) -> None:
    uri = run["panes"][0]["uri"]
    lines = (await editor.text(uri)).split("\n")
    folds = await editor.text_document_folding_range_async(types.FoldingRangeParams(document(uri)))
    messages = [fold for fold in folds if fold.kind == types.FoldingRangeKind.Region]
    code = [fold for fold in folds if fold.kind is None]
    assert [lines[fold.start_line] for fold in messages] == ["## You", "## coder"]
    assert code
    for fold in code:
        assert lines[fold.start_line].startswith("```")
        assert lines[fold.end_line] == "```"
    assert all(fold.start_line < fold.end_line < len(lines) for fold in folds)


async def test_a_hover_tells_who_wrote_what_is_there(editor: Editor, run: Any) -> None:
    uri = run["panes"][1]["uri"]
    text = await editor.text(uri)
    answer = await last_answer(editor, run, 1)
    hover = await editor.text_document_hover_async(
        types.HoverParams(document(uri), span(text, answer).start)
    )
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind == types.MarkupKind.Markdown
    assert "demo/terse" in hover.contents.value
    assert answer in part(text, hover.range)


async def test_the_lenses_of_a_pane_show_figures_and_carry_commands_that_work(
    editor: Editor,
) -> None:
    run = await editor.ask("demo/terse", "demo/poet")
    lenses = await editor.text_document_code_lens_async(
        types.CodeLensParams(document(run["panes"][0]["uri"]))
    )
    titles = [lens.command.title for lens in lenses]
    assert titles[0].startswith("demo/terse · complete · ")
    assert titles[1:] == ["Send to poet", "Compare with poet", "Summarize", "Regenerate"]
    assert {lens.range.start.line for lens in lenses} == {0}
    assert (await carried_out(editor, lenses[1].command))["messages"]
    assert (await carried_out(editor, lenses[2].command))["similarity"] >= 0
    assert editor.messages[-1].message.startswith("terse and poet share ")


async def test_an_action_sends_the_selection_to_another_pane(editor: Editor) -> None:
    run = await editor.ask("demo/terse", "demo/poet")
    uri = run["panes"][0]["uri"]
    words = (await last_answer(editor, run, 0)).split(".")[0]
    actions = await editor.text_document_code_action_async(
        types.CodeActionParams(document(uri), span(await editor.text(uri), words), NO_DIAGNOSTICS)
    )
    assert [action.title for action in actions] == [
        "Send this passage to poet",
        "Compare with poet",
    ]
    assert {action.kind for action in actions} == {types.CodeActionKind.Refactor}
    sent = await carried_out(editor, actions[0].command)
    assert [message["content"] for message in sent["messages"]] == [words]
    assert words in await editor.text(run["panes"][1]["uri"])


async def test_an_action_puts_a_block_of_code_into_the_file_that_was_its_context(
    editor: Editor, installation: Installation
) -> None:
    file = installation.workspace / "app.py"
    file.write_text(SOURCE, newline="")
    run = await editor.ask("demo/coder", prompt="Better?", context=[{"uri": file.as_uri()}])
    uri = run["panes"][0]["uri"]
    code = span(await editor.text(uri), "import asyncio").start
    [action] = await editor.text_document_code_action_async(
        types.CodeActionParams(document(uri), types.Range(code, code), NO_DIAGNOSTICS)
    )
    assert action.title == "Put this code into app.py"
    await carried_out(editor, action.command)
    [(changed, [change])] = editor.edits[-1].edit.changes.items()
    assert changed == file.as_uri()
    assert "import asyncio" in change.new_text


async def test_definition_leads_from_a_passage_to_where_it_came_from(
    editor: Editor, transfer: Any
) -> None:
    origin, target = (pane["uri"] for pane in transfer["panes"])
    words = await last_answer(editor, transfer, 0)
    place = span(await editor.text(target), words).start
    [found] = await editor.text_document_definition_async(
        types.DefinitionParams(document(target), place)
    )
    assert isinstance(found, types.Location)
    assert found.uri == origin
    assert part(await editor.text(origin), found.range) == words


async def test_references_lead_from_an_answer_to_everywhere_it_was_sent(
    editor: Editor, transfer: Any
) -> None:
    origin, target = (pane["uri"] for pane in transfer["panes"])
    words = await last_answer(editor, transfer, 0)
    place = span(await editor.text(origin), words).start
    context = types.ReferenceContext(include_declaration=False)
    [found] = await editor.text_document_references_async(
        types.ReferenceParams(context, document(origin), place)
    )
    assert found.uri == target
    assert words in part(await editor.text(target), found.range)


async def test_a_document_that_is_not_ours_gets_no_answers_of_ours(editor: Editor) -> None:
    other, start = document("file:///a.py"), types.Position(0, 0)
    nowhere = types.Range(start, start)
    asked = [
        editor.text_document_document_symbol_async(types.DocumentSymbolParams(other)),
        editor.text_document_folding_range_async(types.FoldingRangeParams(other)),
        editor.text_document_code_lens_async(types.CodeLensParams(other)),
        editor.text_document_hover_async(types.HoverParams(other, start)),
        editor.text_document_definition_async(types.DefinitionParams(other, start)),
        editor.text_document_references_async(
            types.ReferenceParams(types.ReferenceContext(True), other, start)
        ),
    ]
    assert not any([await answer for answer in asked])
    offered = await editor.text_document_code_action_async(
        types.CodeActionParams(other, nowhere, NO_DIAGNOSTICS)
    )
    assert [each.title for each in offered] == ["Ask models about this"]
