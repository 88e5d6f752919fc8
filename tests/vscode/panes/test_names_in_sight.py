"""Wherever the editor names a pane it says the question and the model, and never an id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.vscode.workbench import Workbench

ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.IGNORECASE)
SETTINGS = "await vscode.workspace.getConfiguration('breadcrumbs').update('enabled', args[0], true)"


def broadcast(vs: Workbench, prompt: str) -> dict[str, Any]:
    """Asks, and returns the one pane."""
    asked = {"prompt": prompt, "models": ["demo/echo"], "params": {"tokensPerSecond": 0}}
    return vs.execute("antiphon.broadcastPrompt", asked)["panes"][0]


def test_breadcrumbs_tabs_and_tooltips_say_question_and_model(vs: Workbench) -> None:
    vs.eval(SETTINGS, True)
    try:
        first = broadcast(vs, "What is counterpoint?")
        second = broadcast(vs, "Who was Fux?")
        vs.execute("antiphon.layout", "tabs")
        expect(lambda: [pane["column"] for pane in vs.panes()], [1, 1])
        tabs = vs.page.locator(".tabs-container .tab")
        said = eventually(lambda: tabs.count() == 2 and " ".join(tabs.all_inner_texts()))
        assert "What is counterpoint?" in said
        assert "Who was Fux?" in said
        vs.page.locator(".breadcrumbs-control").first.wait_for()
        crumbs = vs.page.locator(".breadcrumbs-control").first.inner_text()
        assert "“" in crumbs
        labels = tabs.evaluate_all("all => all.map((each) => each.getAttribute('aria-label'))")
        tabs.first.hover()
        hover = vs.page.locator(".monaco-hover:visible, .workbench-hover:visible").first
        hover.wait_for()
        picture(vs, "names-in-sight")
        for text in (said, crumbs, hover.inner_text(), vs.page.title(), *labels):
            assert not ULID.search(text), text
        assert "echo" in hover.inner_text()
        # The server's own form of an address is still taken.
        vs.execute("antiphon.followUp", first["uri"], "More?")
        expect(lambda: vs.texts()[first["uri"]].count("## You"), 2)
        assert vs.texts()[second["uri"]].count("## You") == 1
        assert len(vs.panes()) == 2
    finally:
        vs.eval(SETTINGS, False)
        vs.execute("antiphon.layout", "grid")


def test_the_same_question_asked_twice_is_told_apart(vs: Workbench) -> None:
    broadcast(vs, "Twice?")
    broadcast(vs, "Twice?")
    folders = (
        "return vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)"
        ".map(({ input }) => input.uri.path)"
    )
    expect(lambda: vs.eval(folders), ["/“Twice?”/echo", "/“Twice? (2)”/echo"])
    vs.reload()
    expect(lambda: vs.eval(folders), ["/“Twice?”/echo", "/“Twice? (2)”/echo"])
