"""Pipelines in an editor: diagnostics, completion and hover, through a client not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

if TYPE_CHECKING:
    from support.e2e.installation import Installation
    from support.lsp.editor import Editor

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILE = """\
antiphon: pipeline/v1
name: review
inputs:
  file: {description: which file}
steps:
  - id: ask
    type: broadcast
    models: [demo/terse, demo/cod]
    prompt: Review {{file}}.
  - id: sum
    type: summarize
    of: asc
"""


class OpenedPipeline:
    """An open pipeline; `|` in a text marks the cursor."""

    def __init__(self, editor: Editor, uri: str, text: str) -> None:
        self.editor, self.uri, self.text, self.version = editor, uri, text, 1
        item = types.TextDocumentItem(uri, "yaml", 1, text)
        editor.text_document_did_open(types.DidOpenTextDocumentParams(item))

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri)

    def change(self, text: str) -> None:
        self.text, self.version = text, self.version + 1
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.editor.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def problems(self, known: str = "") -> list[tuple[int, str]]:
        """The problems of this version, once one of them has the words `known`."""

        def arrived() -> bool:
            version, found = self.editor.published.get(self.uri, (None, []))
            says = any(known in each.message for each in found)
            return version == self.version and (says or not known)

        await self.editor.until(arrived)
        found = self.editor.published[self.uri][1]
        return [(each.range.start.line + 1, each.message) for each in found]

    def at(self, part: str) -> types.Position:
        before = self.text[: self.text.index(part)]
        return types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)

    async def complete(self, text: str) -> list[str]:
        self.change(text.replace("|", ""))
        before = text[: text.index("|")]
        position = types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)
        params = types.CompletionParams(self.document, position)
        found = await self.editor.text_document_completion_async(params)
        return [each.label for each in found or []]  # type: ignore[union-attr]

    async def hover(self, part: str) -> str:
        params = types.HoverParams(self.document, self.at(part))
        found = await self.editor.text_document_hover_async(params)
        return found.contents.value if found else ""  # type: ignore[union-attr]


@pytest.fixture
def opened(editor: Editor, installation: Installation) -> OpenedPipeline:
    uri = (installation.workspace / "review.antiphon.yaml").as_uri()
    return OpenedPipeline(editor, uri, FILE)


async def test_what_is_wrong_is_shown_where_it_is_and_follows_the_text(opened: OpenedPipeline):
    known = "demo does not list the model 'cod'"
    [model, step] = sorted(await opened.problems(known))
    assert (model[0], "demo/coder" in model[1]) == (8, True)
    assert step == (12, "There is no step “asc”. Did you mean “ask”?")
    opened.change(FILE.replace("asc", "ask"))
    assert await opened.problems(known) == [model]
    opened.change("name: x\n")
    assert (await opened.problems())[0][1].startswith("The format is not declared.")


async def test_keys_types_references_models_and_inputs_are_completed(opened: OpenedPipeline):
    assert "budget" in await opened.complete(FILE + "|")
    assert "summarize" in await opened.complete(FILE.replace("type: summarize", "type: su|"))
    assert await opened.complete(FILE.replace("of: asc", "of: a|")) == ["ask", "sum"]
    assert "demo/coder" in await opened.complete(FILE.replace("demo/cod]", "demo/cod|]"))
    assert await opened.complete(FILE.replace("{{file}}", "{{f|}}")) == ["file"]
    keys = await opened.complete(FILE.replace("    of: asc", "    |"))
    assert {"of", "format", "instructions"} <= set(keys)
    assert "prompt" not in keys


async def test_models_steps_inputs_and_keys_are_explained(opened: OpenedPipeline):
    opened.change(FILE.replace("asc", "ask"))
    assert "demo/terse" in await opened.hover("demo/terse")
    assert "**ask**: broadcast" in await opened.hover("ask\n    type")
    assert "which file" in await opened.hover("file}}.")
    assert "What is done" in await opened.hover("steps:")
    assert "a new one" in await opened.hover("summarize")
