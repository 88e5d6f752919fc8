"""The reasoning of a model is folded in every pane that shows it, and the focus stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.vscode.workbench import Workbench

SETTING = """
    const [section, name, value, language] = args.map((each) => each ?? undefined);
    const settings = vscode.workspace.getConfiguration(
      section, language === undefined ? undefined : { languageId: language });
    await settings.update(name, value, vscode.ConfigurationTarget.Global, language !== undefined);
"""
ENTER = """
    const pane = vscode.window.visibleTextEditors[args[0]];
    await vscode.window.showTextDocument(pane.document, { viewColumn: pane.viewColumn });
"""
# For each pane: for each block of reasoning, whether it is folded on the screen.
FOLDED = """() => {
  const panes = [...document.querySelectorAll('.monaco-editor[data-uri^="antiphon:/"]')];
  const place = (node) => node.getBoundingClientRect();
  const order = (node) => place(node).top * 10000 + place(node).left;
  panes.sort((one, other) => order(one) - order(other));
  return panes.map((pane) => [...pane.querySelectorAll(".view-line")]
    .filter((row) => row.textContent.replaceAll("\\u00a0", " ").startsWith("> **Thinking**"))
    .sort((one, other) => place(one).top - place(other).top)
    .map((row) => row.querySelector(".inline-folded") !== null));
}"""
ACTIVE = "const uri = vscode.window.activeTextEditor?.document.uri; return uri && wire(uri)"
FAST = {"tokensPerSecond": 0}
LANGUAGE = "antiphon-answer"


@pytest.fixture(scope="module", autouse=True)
def shown(window: Workbench) -> Iterator[None]:
    """Models think aloud: the server has heard of it."""
    window.eval(SETTING, "antiphon", "stream.reasoning", "show")
    eventually(
        lambda: asked(window) and any("Thinking" in text for text in window.texts().values())
    )
    window.clear()
    yield
    window.eval(SETTING, "antiphon", "stream.reasoning", None)


def asked(vs: Workbench, *models: str) -> list[str]:
    """Asks models that think, and gives the panes."""
    prompt = {"prompt": "Why?", "models": [*(models or ["demo/thinker"])], "params": FAST}
    return [pane["uri"] for pane in vs.execute("antiphon.broadcastPrompt", prompt)["panes"]]


def folded(vs: Workbench) -> list[list[bool]]:
    return vs.page.evaluate(FOLDED)


def test_reasoning_is_folded_in_every_pane_and_the_focus_does_not_move(vs: Workbench) -> None:
    vs.execute("workbench.action.files.newUntitledFile")
    before = vs.eval(ACTIVE)
    asked(vs, "demo/thinker", "demo/thinker", "demo/thinker")
    expect(lambda: folded(vs), [[True], [True], [True]])
    assert vs.eval(ACTIVE) == before
    picture(vs, "reasoning")


def test_what_a_person_unfolds_stays_unfolded(vs: Workbench) -> None:
    [uri] = asked(vs)
    expect(lambda: folded(vs), [[True]])
    vs.eval(ENTER, 0)
    vs.execute("editor.unfoldAll")
    expect(lambda: folded(vs), [[False]])
    vs.execute("antiphon.followUp", uri, "And why that?")
    expect(lambda: folded(vs), [[False, True]])


def test_later_reasoning_is_folded_when_its_pane_is_entered(vs: Workbench) -> None:
    [uri] = asked(vs)
    expect(lambda: folded(vs), [[True]])
    vs.execute("antiphon.followUp", uri, "And why that?")
    vs.eval(ENTER, 0)
    expect(lambda: folded(vs), [[True, True]])


def test_who_does_not_want_folds_has_none(vs: Workbench) -> None:
    vs.eval(SETTING, "editor", "foldingImportsByDefault", False, LANGUAGE)
    try:
        asked(vs)
        expect(lambda: folded(vs), [[False]])
        vs.eval(ENTER, 0)
        vs.execute("antiphon.models", {})
        assert folded(vs) == [[False]]
    finally:
        vs.eval(SETTING, "editor", "foldingImportsByDefault", None, LANGUAGE)
