"""Prompt files in an editor: every language feature, through a client not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILE = """\
---
name: Review
models: [demo/terse, demo/coder]
inputs:
  file: {description: which file}
context: [src/a.py:1-2, gone.py, ../outside.py]
budget: "0.05"
---
Read {{file}} for {{reader}}.
"""


class Opened:
    """An open prompt file; `|` in a text marks the cursor."""

    def __init__(self, editor: Editor, uri: str, text: str) -> None:
        self.editor, self.uri, self.text, self.version = editor, uri, text, 1
        language = "antiphon" if uri.startswith("untitled:") else "markdown"
        item = types.TextDocumentItem(uri, language, 1, text)
        editor.text_document_did_open(types.DidOpenTextDocumentParams(item))

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    def at(self, part: str, more: int = 0) -> types.Position:
        """The position of the first `part`."""
        before = self.text[: self.text.index(part) + more]
        return types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)

    def change(self, text: str) -> None:
        """Replaces the whole text."""
        self.text, self.version = text, self.version + 1
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.editor.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def diagnostics(self) -> dict[str, types.Diagnostic]:
        """The diagnostics of this version, by the text that each is about."""

        def arrived() -> bool:
            return self.editor.published.get(self.uri, (None, []))[0] == self.version

        await self.editor.until(arrived)
        return {self.part(each.range): each for each in self.editor.published[self.uri][1]}

    def part(self, span: types.Range) -> str:
        lines = self.text.split("\n")
        if span.start.line == span.end.line:
            return lines[span.start.line][span.start.character : span.end.character]
        return lines[span.start.line][span.start.character :]

    async def complete(self, text: str) -> list[types.CompletionItem]:
        """What may be written at `|` in `text`."""
        before, _, after = text.partition("|")
        self.change(before + after)
        place = types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)
        params = types.CompletionParams(self.document, place)
        found = await self.editor.text_document_completion_async(params)
        assert isinstance(found, list)
        return found


def labels(items: list[types.CompletionItem]) -> list[str]:
    return [item.label for item in items]


@pytest.fixture
def opened(editor: Editor, installation: Installation, request: pytest.FixtureRequest) -> Opened:
    """A prompt file in the workspace, with one of the files of its context."""
    (installation.workspace / "src").mkdir(exist_ok=True)
    (installation.workspace / "src" / "a.py").write_text("whale = 1\n")
    number = sum(map(ord, request.node.name))
    path = installation.workspace / f"review-{number}.antiphon.md"
    return Opened(editor, path.as_uri(), FILE)


async def test_what_is_wrong_is_published_with_its_kind(opened: Opened) -> None:
    found = await opened.diagnostics()
    assert {text: (each.code, each.severity) for text, each in found.items()} == {
        "file": ("invalid_params", types.DiagnosticSeverity.Hint),
        "gone.py": ("not_found", types.DiagnosticSeverity.Error),
        "../outside.py": ("permission", types.DiagnosticSeverity.Error),
        "{{reader}}": ("invalid_params", types.DiagnosticSeverity.Information),
    }
    assert {each.source for each in found.values()} == {"antiphon"}


async def test_diagnostics_follow_typing_and_leave_with_the_document(opened: Opened) -> None:
    await opened.diagnostics()
    opened.change("---\nmodels: [demo/trese, nobody/x]\nname: a\n---\nHi")
    found = await opened.diagnostics()
    assert (found["demo/trese"].code, found["nobody/x"].code) == ("model_not_found",) * 2
    assert "Did you mean demo/terse" in found["demo/trese"].message
    opened.change("---\nname: [\n---\nHi")
    [broken] = (await opened.diagnostics()).values()
    assert broken.severity == types.DiagnosticSeverity.Error
    assert "not valid YAML" in broken.message
    editor = opened.editor
    editor.text_document_did_close(types.DidCloseTextDocumentParams(opened.document))
    await editor.until(lambda: editor.published[opened.uri] == (None, []))


async def test_the_lens_says_what_a_run_would_ask_and_needs(opened: Opened) -> None:
    params = types.CodeLensParams(opened.document)
    [lens] = await opened.editor.text_document_code_lens_async(params)
    assert lens.range.start == types.Position(0, 0)
    assert lens.command.command == "antiphon.prompt.run"
    assert list(lens.command.arguments) == [{"uri": opened.uri}]
    assert lens.command.title.startswith("Broadcast to 2 models · about ")
    assert lens.command.title.endswith(" · needs: file, reader")
    opened.change("---\nmodels: [demo/terse]\n---\nHi")
    [lens] = await opened.editor.text_document_code_lens_async(params)
    assert lens.command.title.startswith("Broadcast to 1 model · about 1 token")
    assert "needs" not in lens.command.title


async def test_the_lens_can_be_run_as_it_came(opened: Opened) -> None:
    opened.change("---\nmodels: [demo/terse]\nparams: {tokensPerSecond: 0}\n---\nHi")
    [lens] = await opened.editor.text_document_code_lens_async(
        types.CodeLensParams(opened.document)
    )
    result = await opened.editor.workspace_execute_command_async(
        types.ExecuteCommandParams(lens.command.command, lens.command.arguments)
    )
    assert result["status"] == "complete"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\nname: x\nmo|\n---\nHi", {"models", "lineup", "budget"}),
        ("---\nmodels: [demo/t|]\n---\nHi", {"demo/terse", "demo/coder"}),
        ("---\nmodels:\n  - demo/|\n---\nHi", {"demo/terse"}),
        ("---\nmodels:\n- |\n---\nHi", {"demo/terse"}),
        ("---\nmodels: [{model: de|}]\n---\nHi", {"demo/terse"}),
        ("---\ninputs: {tone: {}}\n---\nBe {{to|", {"tone"}),
        ("---\ninputs: {tone: {}}\nsystem: Be {{|\n---\nHi", {"tone"}),
        ("---\ninputs:\n  tone:\n    de|\n---\nHi", {"description", "default", "enum"}),
        ("---\ncontext: [sr|]\n---\nHi", {"src/"}),
        ("---\ncontext: [src/|]\n---\nHi", {"src/a.py"}),
        ("---\ncontext:\n  - '@|'\n---\nHi", {"@selection", "@diff", "@staged"}),
        ("---\nparams:\n  te|\n---\nHi", {"temperature", "maxTokens"}),
        ("---\nexpect:\n  - con|\n---\nHi", {"contains", "maxCost"}),
    ],
)
async def test_completion_knows_the_place(opened: Opened, text: str, expected: set[str]) -> None:
    assert expected <= {*labels(await opened.complete(text))}


async def test_completion_of_a_model_shows_its_window_and_price(opened: Opened) -> None:
    [terse] = [
        item
        for item in await opened.complete("---\nmodels: [demo/te|]\n---\nHi")
        if item.label == "demo/terse"
    ]
    assert terse.detail == "1,000k tokens · $0.00 in, $0.00 out per MTok" or "token" in terse.detail
    assert isinstance(terse.text_edit, types.TextEdit)
    assert (terse.text_edit.range.start.character, terse.text_edit.range.end.character) == (9, 16)


async def test_completion_of_an_input_closes_its_braces(opened: Opened) -> None:
    [open_] = await opened.complete("---\ninputs: {tone: {}}\n---\nBe {{to|")
    [closed] = await opened.complete("---\ninputs: {tone: {}}\n---\nBe {{to|}}")
    assert [each.text_edit.new_text for each in (open_, closed)] == ["tone}}", "tone"]


async def test_a_hover_explains_models_inputs_and_keys(opened: Opened) -> None:
    async def hover(part: str) -> str:
        params = types.HoverParams(opened.document, opened.at(part, 1))
        found = await opened.editor.text_document_hover_async(params)
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    assert "**`demo/terse`**" in await hover("demo/terse")
    assert "which file" in await hover("{{file}}")
    assert "which file" in await hover("file:")
    assert "not declared" in await hover("{{reader}}")
    assert "US dollars" in await hover("budget")


async def test_symbols_are_the_keys_and_the_turns(opened: Opened) -> None:
    opened.change(
        "---\nname: x\nmodels: [demo/terse]\n---\n## user\nHi\n## assistant\nHo\n## user\nA"
    )
    symbols = await opened.editor.text_document_document_symbol_async(
        types.DocumentSymbolParams(opened.document)
    )
    assert [(each.name, each.detail) for each in symbols] == [
        *(("name", ""), ("models", ""), ("user", "Hi"), ("assistant", "Ho"), ("user", "A"))
    ]


async def test_context_paths_are_links_and_inputs_lead_to_their_declarations(
    opened: Opened, installation: Installation
) -> None:
    links = await opened.editor.text_document_document_link_async(
        types.DocumentLinkParams(opened.document)
    )
    source = (installation.workspace / "src" / "a.py").as_uri()
    assert (opened.part(links[0].range), links[0].target) == ("src/a.py:1-2", f"{source}#L1")

    async def definition(part: str) -> Any:
        params = types.DefinitionParams(opened.document, opened.at(part, 2))
        return await opened.editor.text_document_definition_async(params)

    [found] = await definition("src/a.py")
    assert (found.uri, found.range.end.line) == (source, 2)
    [found] = await definition("{{file}}")
    assert (found.uri, opened.part(found.range)) == (opened.uri, "file")
    assert await definition("{{reader}}") == []


async def test_actions_correct_a_name_and_declare_an_input(opened: Opened) -> None:
    async def actions(part: str) -> dict[str, Any]:
        place = opened.at(part, 2)
        params = types.CodeActionParams(
            opened.document, types.Range(place, place), types.CodeActionContext([])
        )
        found = await opened.editor.text_document_code_action_async(params)
        return {each.title: each.edit.changes[opened.uri][0] for each in found}

    edit = (await actions("{{reader}}"))["Declare the input reader"]
    lines = opened.text.split("\n")
    at = edit.range.start
    lines[at.line] = lines[at.line][: at.character] + edit.new_text + lines[at.line][at.character :]
    opened.change("\n".join(lines))
    assert "{{reader}}" not in await opened.diagnostics()
    opened.change("---\nmodels: [demo/trese]\n---\nHi")
    await opened.diagnostics()
    opened.change("---\nmodles: [demo/terse]\n---\nHi {{a}}")
    assert (await actions("modles"))["Change to models"].new_text == "models"
    edit = (await actions("{{a}}"))["Declare the input a"]
    assert edit.new_text == "inputs:\n  a:\n"


async def test_a_document_of_the_language_needs_no_file(editor: Editor) -> None:
    composer = Opened(editor, "untitled:Composer", "Ask {{what}}")
    assert list(await composer.diagnostics()) == ["{{what}}"]
    [lens] = await editor.text_document_code_lens_async(types.CodeLensParams(composer.document))
    assert lens.command.title.endswith("needs: what")


async def test_a_markdown_file_is_left_alone(editor: Editor) -> None:
    plain = Opened(editor, "file:///notes.md", "---\nname: [\n---\n{{a}}")
    params = types.CodeLensParams(plain.document)
    assert not await editor.text_document_code_lens_async(params)
    assert plain.uri not in editor.published


async def test_the_library_is_listed_with_its_sources_and_runs(
    editor: Editor, installation: Installation
) -> None:
    own = installation.workspace / ".antiphon" / "prompts"
    own.mkdir(parents=True, exist_ok=True)
    (own / "sea.antiphon.md").write_text("---\nname: Sea\n---\nWhy?")
    prompts = (await editor.command("prompt.list"))["prompts"]
    assert next((each["name"], each["source"]) for each in prompts) == ("Sea", "workspace")
    assert [each["source"] for each in prompts].count("product") == 5
    [cause] = [each for each in prompts if each["name"] == "Find the cause"]
    argument = {"uri": cause["uri"], "models": ["demo/terse"], "inputs": {"error": "KeyError: 1"}}
    quick = {"params": {"tokensPerSecond": 0}}
    assert (await editor.command("prompt.run", {**argument, **quick}))["status"] == "complete"
    code, data = await editor.refused("prompt.run", {"uri": cause["uri"]})
    assert (code, data["field"]) == (-32602, "$.inputs.error")
