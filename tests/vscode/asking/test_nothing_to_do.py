"""Comparing, summing up and searching where there is nothing, or nonsense: a clear answer each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.workbench import Workbench

# What is asked for, and what the first row says then.
NONSENSE = {
    '"swims and sleeps': "«swims» «and» «sleeps»",
    "AND": "«and»",
    "NOT OR (swims": "Nothing fits.",
    "🦦": "There is no word in the query.",
    "* ^ : \\": "There is no word in the query.",
    "'; DROP TABLE messages; --": "Nothing fits.",
}


def broadcast(vs: Workbench, prompt: str, *models: str) -> list[dict[str, Any]]:
    """Asks; the panes once they have ended."""
    asked = {"prompt": prompt, "models": list(models), "params": {"tokensPerSecond": 0}}
    return vs.execute("antiphon.broadcastPrompt", asked)["panes"]


def test_a_pane_that_has_said_nothing_is_compared_when_it_has(
    vs: Workbench, provider: FaultServer
) -> None:
    models = ["gated/gate-0-6", "gated/gate-4-9"]
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Nothing yet?", "models": models})
    provider.wait_held(2)
    expect(lambda: "t3 " in "".join(vs.texts().values()), True)
    panes = sorted(vs.panes(), key=lambda pane: pane["label"])
    sides = [{"paneId": pane["uri"].split("/")[3]} for pane in panes]
    vs.eval(
        "globalThis.compared = vscode.commands.executeCommand('antiphon.comparePanes', args[0]);",
        {"left": sides[0], "right": sides[1]},
    )
    expect(vs.diffs, ["gate-0-6 ↔ gate-4-9"])
    vs.command("Antiphon: Toggle Comparison")
    expect(vs.diffs, [])
    vs.command("Antiphon: Toggle Comparison")
    expect(lambda: len(vs.diffs()), 1)
    picture(vs, "compare-empty")
    provider.release()
    assert vs.end()["status"] == "complete"
    expect(lambda: [title.endswith("% alike") for title in vs.diffs()], [True])
    # A renamed comparison is opened anew, and a stand-in keeps its group until then.
    expect(lambda: {pane["uri"] for pane in vs.panes()}, {pane["uri"] for pane in panes})


def test_panes_that_all_failed_cannot_be_compared_summed_up_or_merged(
    vs: Workbench, provider: FaultServer
) -> None:
    panes = broadcast(vs, "Fail.", "gated/s422", "gated/s422")
    ids = [pane["id"] for pane in panes]
    left, right = ({"paneId": pane_id} for pane_id in ids)
    for command, given in (
        ("antiphon.comparePanes", {"left": left, "right": right}),
        ("antiphon.summarizeAnswers", {"paneIds": ids, "format": "bullets"}),
        ("antiphon.mergeAnswers", {"paneIds": ids}),
    ):
        vs.execute("notifications.clearAll")
        expect(vs.toasts().count, 0)
        vs.execute(command, given)
        toast = vs.page.locator(".notification-toast .notification-list-item-message")
        [text] = eventually(toast.all_inner_texts)
        assert "answer" in text, text
        picture(vs, f"nothing-{command}")
    assert vs.diffs() == []
    assert [entry["uri"] for entry in vs.panes()] == [pane["uri"] for pane in panes]


def test_nothing_chosen_sums_up_nothing(vs: Workbench) -> None:
    [terse, _] = broadcast(vs, "None of us.", "demo/terse", "demo/poet")
    vs.begin("antiphon.summarizeAnswers", terse["uri"])
    expect(vs.quick_title, "Answers to sum up")
    for name in ("terse", "poet"):
        vs.quick_row(name).click()
    vs.page.get_by_text("0 Selected").wait_for()
    vs.page.keyboard.press("Enter")
    assert vs.end() is None
    assert len(vs.panes()) == 2


def test_nonsense_is_searched_for_like_anything_else(vs: Workbench) -> None:
    broadcast(vs, "An otter 🦦 swims and sleeps.", "demo/echo")
    vs.command("Antiphon: Search History")
    for query, told in NONSENSE.items():
        vs.type_into_quick_input("otter")
        vs.quick_row("«otter»").wait_for()
        vs.type_into_quick_input(query)
        vs.quick_row(told).wait_for()
    vs.type_into_quick_input("")
    rows = vs.page.locator(".quick-input-widget:visible .quick-input-list .monaco-list-row")
    expect(rows.count, 0)
    assert "a phrase" in (vs.quick_input().get_attribute("placeholder") or "")
    vs.type_into_quick_input("otter")
    vs.quick_row("«otter»").wait_for()
    picture(vs, "search-after-nonsense")
    vs.page.keyboard.press("Escape")
    assert vs.toasts().count() == 0


@pytest.mark.parametrize("closed", [False, True])
def test_a_hit_opens_where_its_pane_is_and_leaves_no_empty_group(
    vs: Workbench, closed: bool
) -> None:
    first, second = broadcast(vs, "one\n\ntwo numbats", "demo/echo", "demo/poet")
    if closed:
        vs.execute("antiphon.closePanes")
    else:
        vs.page.locator(f'.monaco-editor[data-uri*="{second["id"]}"] .view-lines').click()
    vs.command("Antiphon: Search History")
    vs.type_into_quick_input("numbats role:assistant model:demo/echo")
    vs.quick_row("«numbats»").click()
    here = (
        "const { document, selection } = vscode.window.activeTextEditor ?? {};"
        "return document && [wire(document.uri),"
        "  document.lineAt(selection.active.line).text];"
    )
    expect(lambda: vs.eval(here), [first["uri"], "two numbats"])
    tabs = "return vscode.window.tabGroups.all.map(({ tabs }) => tabs.length)"
    assert vs.eval(tabs) == ([1] if closed else [1, 1])
