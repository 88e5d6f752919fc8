"""Sixteen panes at a time: where they stand, and a person who types meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.vscode.window import SIZE
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

from support.vscode.workbench import Workbench

NOTE_JS = """
const document = await vscode.workspace.openTextDocument({ language: "plaintext", content: "" });
await vscode.window.showTextDocument(document, { viewColumn: 1 });
"""
SPLITS_JS = """
const layout = vscode.workspace.getConfiguration("antiphon.layout");
await layout.update("maxSplits", args[0] ?? undefined, vscode.ConfigurationTarget.Global);
"""
NOTE_TEXT_JS = """
const { document } = vscode.window.activeTextEditor;
return document.isUntitled ? document.getText() : null;
"""


@pytest.fixture
def sixteen(vs: Workbench) -> Iterator[Workbench]:
    """A window with a note that has the focus, in which sixteen panes have splits of their own."""
    vs.eval(SPLITS_JS, 16)
    vs.eval(NOTE_JS)
    yield vs
    vs.execute("workbench.action.focusFirstEditorGroup")
    vs.execute("workbench.action.revertAndCloseActiveEditor")
    vs.eval(SPLITS_JS, None)


def ask(vs: Workbench, tokens: int, tokens_per_second: int) -> None:
    params = {"tokens": tokens, "tokensPerSecond": tokens_per_second}
    models = ["demo/chatty"] * 16
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Tell me.", "models": models, "params": params})


def row_heights(vs: Workbench) -> list[float]:
    layout = vs.execute("vscode.getEditorLayout")
    return [row["size"] for row in layout["groups"][-1]["groups"]]


def is_even(heights: list[float]) -> bool:
    return len(heights) == 4 and max(heights) - min(heights) <= 2


def test_sixteen_panes_beside_a_note_on_a_large_screen_have_rows_of_the_same_height(
    sixteen: Workbench,
) -> None:
    sixteen.page.set_viewport_size({"width": 2560, "height": 1440})
    try:
        ask(sixteen, 20, 0)
        sixteen.end()
        expect(lambda: len(sixteen.panes()), 16)
        eventually(lambda: is_even(row_heights(sixteen)))
    finally:
        sixteen.page.set_viewport_size(SIZE)


def test_a_window_that_grows_while_sixteen_panes_open_has_rows_of_the_same_height(
    sixteen: Workbench,
) -> None:
    try:
        ask(sixteen, 20, 0)
        # The groups are measured by now, and no pane is open yet.
        sixteen.page.wait_for_timeout(100)
        sixteen.page.set_viewport_size({"width": 2560, "height": 1440})
        sixteen.end()
        expect(lambda: len(sixteen.panes()), 16)
        eventually(lambda: is_even(row_heights(sixteen)))
    finally:
        sixteen.page.set_viewport_size(SIZE)


def test_typing_beside_sixteen_streams_goes_into_the_note_and_no_text_is_lost(
    sixteen: Workbench, documents: Callable[[list[str]], dict[str, str]]
) -> None:
    ask(sixteen, 150, 25)
    eventually(lambda: any(sixteen.texts().values()))
    sixteen.page.locator('.monaco-editor[data-uri^="untitled:"] .view-lines').click()
    sixteen.page.keyboard.type("x" * 100, delay=30)
    expect(lambda: sixteen.eval(NOTE_TEXT_JS), "x" * 100)
    uris = [pane["uri"] for pane in sixteen.end()["panes"]]
    expect(sixteen.texts, documents(uris))
    expect(lambda: sixteen.eval(NOTE_TEXT_JS), "x" * 100)
