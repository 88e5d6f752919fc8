"""Panes as files, and asking by code actions alone, in an editor without a plugin of ours."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
import pytest_asyncio
from lsprotocol import types

from support.e2e.answers import range_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from support.e2e.installation import Installation
    from support.lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEAR = {
    "type": "openai",
    "baseUrl": "http://127.0.0.1:9",
    "prices": {"dear": {"input": "900", "output": "900"}},
}
INVOKED = types.CodeActionTriggerKind.Invoked
NO_RANGE = types.Range(types.Position(0, 0), types.Position(0, 0))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plain(started: Callable[[], Any], installation: Installation) -> AsyncIterator[Editor]:
    """An editor that opens nothing but files."""
    async with started() as editor:
        models = {"default": ["demo/terse", "demo/echo"]}
        await editor.hello(installation, opens_documents=False, models=models)
        yield editor
        await editor.shutdown_session()


def document(uri: str) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri)


def path_of(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))


def span(text: str, part: str) -> types.Range:
    start, end = (types.Position(**place) for place in range_of(text, part).values())
    return types.Range(start, end)


async def opened(editor: Editor, pane: Any) -> str:
    """The file of a pane that the editor has opened."""
    return (await editor.command("open", {"uri": pane["uri"]}))["uri"]


async def until_file(uri: str, part: str) -> None:
    """Waits until a file has a text."""
    async with asyncio.timeout(30):
        while not path_of(uri).exists() or part not in path_of(uri).read_text():
            await asyncio.sleep(0.02)


async def actions_at(
    editor: Editor, uri: str, at: types.Range, **context: Any
) -> list[types.CodeAction]:
    context = {"trigger_kind": INVOKED, **context}
    params = types.CodeActionParams(document(uri), at, types.CodeActionContext([], **context))
    return await editor.text_document_code_action_async(params) or []


async def carried_out(editor: Editor, command: types.Command) -> Any:
    params = types.ExecuteCommandParams(command.command, command.arguments)
    return await editor.workspace_execute_command_async(params)


async def test_the_file_of_a_pane_has_all_that_the_pane_has(plain: Editor) -> None:
    run = await plain.ask("demo/coder", "demo/terse", prompt="How do whales sing?")
    pane = run["panes"][0]
    file = await opened(plain, pane)
    lines = path_of(file).read_text().split("\n")
    results: dict[str, list[Any]] = {"file": [], "pane": []}
    for name, uri in (("file", file), ("pane", pane["uri"])):
        asked = document(uri)
        here = types.Position(lines.index("## coder") + 2, 0)
        results[name] = [
            await plain.text_document_document_symbol_async(types.DocumentSymbolParams(asked)),
            await plain.text_document_folding_range_async(types.FoldingRangeParams(asked)),
            await plain.text_document_hover_async(types.HoverParams(asked, here)),
            [
                lens.command.title
                for lens in await plain.text_document_code_lens_async(types.CodeLensParams(asked))
            ],
            [
                action.title
                for action in await actions_at(plain, uri, types.Range(here, types.Position(99, 0)))
            ],
        ]
    assert all(results["file"])
    assert results["file"] == results["pane"]
    assert "Regenerate" in results["file"][3]


async def test_a_definition_from_a_file_leads_to_a_file(plain: Editor) -> None:
    run = await plain.ask("demo/terse", "demo/poet")
    source, target = run["panes"]
    file = await opened(plain, target)
    await plain.command(
        "sendTo",
        {
            "from": {"messageIds": [run["results"][0]["messageId"]]},
            "to": {"paneIds": [target["id"]]},
            "mode": "context",
        },
    )
    answer = path_of(await opened(plain, source)).read_text().split("## terse\n\n")[1].strip()
    await until_file(file, answer)
    there = span(path_of(file).read_text(), answer).start
    found = await plain.text_document_definition_async(
        types.DefinitionParams(document(file), there)
    )
    assert [path_of(each.uri) for each in found] == [path_of(await opened(plain, source))]
    back = types.ReferenceParams(
        types.ReferenceContext(False), document(found[0].uri), found[0].range.start
    )
    used = await plain.text_document_references_async(back)
    assert [path_of(each.uri) for each in used] == [path_of(file)]


async def test_a_lens_of_a_file_shows_the_new_pane_as_a_file(plain: Editor) -> None:
    run = await plain.ask("demo/terse")
    file = await opened(plain, run["panes"][0])
    lenses = await plain.text_document_code_lens_async(types.CodeLensParams(document(file)))
    plain.shown.clear()
    summarize = next(lens.command for lens in lenses if lens.command.title == "Summarize")
    await carried_out(plain, summarize)
    await plain.until(lambda: plain.shown)
    assert [path_of(each.uri).name.split("-")[0] for each in plain.shown] == ["summary"]
    assert plain.shown[0].uri.startswith("file:")
    await until_file(plain.shown[0].uri, "## terse")


async def test_a_file_that_was_opened_follows_a_regenerated_answer(plain: Editor) -> None:
    run = await plain.ask("demo/terse")
    file = await opened(plain, run["panes"][0])
    argument = {"messageId": run["results"][0]["messageId"], "model": "demo/poet"}
    await plain.command("regenerate", {**argument, "params": {"tokensPerSecond": 0}})
    await until_file(file, "## poet")


async def test_a_file_of_an_earlier_server_is_known_again(
    plain: Editor, started: Callable[[], Any], installation: Installation
) -> None:
    pane = (await plain.ask("demo/terse", prompt="Before?"))["panes"][0]
    file = await opened(plain, pane)
    async with started() as later:
        await later.hello(installation, opens_documents=False)
        symbols = await later.text_document_document_symbol_async(
            types.DocumentSymbolParams(document(file))
        )
        assert [each.name for each in symbols] == ["Before?", "terse"]
        await later.command("broadcast", {"prompt": "And now?", "paneIds": [pane["id"]]})
        await until_file(file, "And now?")
        await later.shutdown_session()


async def test_open_shows_each_pane_while_it_answers(plain: Editor) -> None:
    plain.shown.clear()
    await plain.ask("demo/terse", "demo/poet", prompt="Shown?", open=True)
    await plain.until(lambda: len(plain.shown) == 2)
    for shown in plain.shown:
        assert shown.uri.startswith("file:")
        assert not shown.take_focus
        await until_file(shown.uri, "Shown?")


async def test_open_shows_the_document_itself_to_an_editor_that_opens_it(editor: Editor) -> None:
    editor.shown.clear()
    run = await editor.ask("demo/terse", open=True)
    await editor.until(lambda: editor.shown)
    assert [each.uri for each in editor.shown] == [run["panes"][0]["uri"]]


async def test_any_document_can_be_asked_about_by_a_code_action_alone(
    plain: Editor, installation: Installation
) -> None:
    path = installation.workspace / "sum.py"
    path.write_text("def total(a, b):\n    return a - b\n")
    plain.shown.clear()
    whole = await actions_at(plain, path.as_uri(), NO_RANGE)
    assert [each.title for each in whole] == ["Ask models about this: terse, echo"]
    run = await carried_out(plain, whole[0].command)
    assert (run["running"], run["results"]) == (True, [])
    await plain.until(lambda: len(plain.shown) == 2)
    assert [pane["model"] for pane in run["panes"]] == ["demo/terse", "demo/echo"]
    await until_file(plain.shown[0].uri, "sum.py")
    await plain.until(lambda: plain.changes.count(("meter", run["sessionId"])) == 1)  # its end


async def test_a_selection_is_asked_about_or_is_itself_the_prompt(
    plain: Editor, installation: Installation
) -> None:
    path = installation.workspace / "notes.md"
    text = "# Notes\n\nWhy do whales sing?\n"
    path.write_text(text)
    item = types.TextDocumentItem(path.as_uri(), "markdown", 1, text)
    plain.text_document_did_open(types.DidOpenTextDocumentParams(item))
    found = await actions_at(plain, path.as_uri(), span(text, "Why do whales sing?"))
    assert [each.title.split(":")[0] for each in found] == [
        "Ask models about this",
        "Ask models this, word for word",
    ]
    about, verbatim = [
        path_of(
            await opened(plain, (await carried_out(plain, each.command))["panes"][0])
        ).read_text()
        for each in found
    ]
    assert "notes.md, line 3" in about
    assert verbatim.startswith("## You\n\nWhy do whales sing?\n")


@pytest.mark.parametrize(
    "context",
    [
        {"only": [types.CodeActionKind.SourceOrganizeImports]},
        {"trigger_kind": types.CodeActionTriggerKind.Automatic},
    ],
)
async def test_no_question_is_offered_to_who_asks_for_something_else_or_at_every_move(
    plain: Editor, installation: Installation, context: dict[str, Any]
) -> None:
    uri = (installation.workspace / "sum.py").as_uri()
    assert await actions_at(plain, uri, NO_RANGE, **context) == []


async def test_an_expensive_question_is_asked_about_once_with_its_budget(
    started: Callable[[], Any], installation: Installation
) -> None:
    path = installation.workspace / "dear.py"
    path.write_text("print(1)\n")
    async with started() as editor:
        await editor.hello(
            installation,
            opens_documents=False,
            providers={"nobody": DEAR},
            models={"default": ["nobody/dear"]},
            budgets=[{"scope": "session", "limit": "0.01"}],
            retry={"maxAttempts": 1},
        )
        action = (await actions_at(editor, path.as_uri(), NO_RANGE))[0]
        run = await carried_out(editor, action.command)
        assert run["running"]
        assert len(editor.questions) == 1
        assert "the session's budget of $0.01" in editor.questions[0].message
        await editor.shutdown_session()
