"""What was written is never lost: drafts, earlier prompts, follow-ups to panes that are busy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}
CODE = "def f():\n    return 1\n"
COSTLY = "gated/gate-2-12"
TEXT = "return vscode.window.activeTextEditor?.document.getText()"


def broadcast(vs: Workbench, prompt: str, *models: str) -> list[dict[str, Any]]:
    """Asks, and returns the panes that have answered."""
    asked = {"prompt": prompt, "models": list(models), "params": FAST}
    return vs.execute("antiphon.broadcastPrompt", asked)["panes"]


def open_box(vs: Workbench, command: str, *args: Any) -> None:
    """Opens the box of a prompt."""
    vs.begin(command, *args)
    vs.page.get_by_placeholder("What do you want to ask").wait_for()


def written(vs: Workbench) -> str:
    """The text in the box."""
    return vs.quick_input().input_value()


def erase(vs: Workbench) -> None:
    """Empties the box, and with it the draft."""
    vs.page.keyboard.press("Control+a")
    vs.page.keyboard.press("Delete")
    vs.leave()


def paste(vs: Workbench, text: str) -> None:
    """Pastes with the keys, as from another program."""
    vs.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    vs.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    vs.page.keyboard.press("Control+v")


def test_a_prompt_that_was_left_comes_back_where_it_was_written(vs: Workbench) -> None:
    echo, poet = broadcast(vs, "One.", "demo/echo", "demo/poet")
    drafts: dict[tuple[str, Any], str] = {
        ("antiphon.followUp", echo["uri"]): "for echo",
        ("antiphon.followUpAll", poet["uri"]): "for all",
    }
    for (command, argument), text in drafts.items():
        open_box(vs, command, argument)
        vs.page.keyboard.type(text)
        expect(partial(written, vs), text)
        vs.leave()
    for (command, argument), text in drafts.items():
        open_box(vs, command, argument)
        expect(partial(written, vs), text)
        erase(vs)
        assert vs.end() is None
    open_box(vs, "antiphon.followUp", echo["uri"])
    assert written(vs) == ""
    vs.leave()


def test_a_prompt_over_the_budget_is_there_again(vs: Workbench) -> None:
    open_box(vs, "antiphon.broadcastPrompt", {"models": [COSTLY]})
    vs.page.keyboard.press("Control+a")
    vs.page.keyboard.type("What does it cost?")
    vs.page.keyboard.press("Enter")
    vs.dialog("Go over the budget?").get_by_role("button", name="Change Budgets…").click()
    assert vs.end() is None
    rows = vs.page.locator(".settings-editor .setting-item-contents")
    rows.filter(has_text="Budgets").first.wait_for()
    vs.execute("workbench.action.closeActiveEditor")
    open_box(vs, "antiphon.broadcastPrompt", {"models": ["demo/echo"]})
    expect(lambda: written(vs), "What does it cost?")
    vs.page.keyboard.press("Enter")
    assert vs.end()["status"] == "complete"
    open_box(vs, "antiphon.broadcastPrompt", {"models": ["demo/echo"]})
    assert written(vs) == ""
    vs.page.keyboard.press("ArrowUp")
    expect(lambda: written(vs), "What does it cost?")
    vs.page.keyboard.press("ArrowDown")
    expect(lambda: written(vs), "")
    vs.leave()


def test_pasted_lines_stay_lines_in_a_follow_up(vs: Workbench) -> None:
    [echo] = broadcast(vs, "One.", "demo/echo")
    open_box(vs, "antiphon.followUp", echo["uri"])
    vs.page.keyboard.type("Why? ")
    paste(vs, CODE)
    expect(lambda: vs.eval(TEXT), f"Why? {CODE}")
    lens = vs.page.locator(".codelens-decoration a").filter(has_text="Follow up: echo — 1 model")
    lens.wait_for()
    picture(vs, "follow-up-composer")
    vs.page.keyboard.type("Say it.")
    vs.page.keyboard.press("Control+Enter")
    expect(lambda: f"Why? {CODE}Say it." in vs.texts()[echo["uri"]], True)
    expect(lambda: vs.texts()[echo["uri"]].count("## echo"), 2)
    open_box(vs, "antiphon.followUp", echo["uri"])
    vs.page.keyboard.press("ArrowUp")
    expect(lambda: written(vs), "Why? def f():⏎    return 1⏎Say it.")
    vs.page.keyboard.press("Shift+Enter")
    expect(lambda: vs.eval(TEXT), f"Why? {CODE}Say it.\n")
    vs.page.keyboard.press("Control+Enter")
    expect(lambda: vs.texts()[echo["uri"]].count("## echo"), 3)


def test_shift_enter_in_a_pane_writes_the_follow_up_in_an_editor(vs: Workbench) -> None:
    [echo] = broadcast(vs, "One.", "demo/echo")
    vs.page.locator(f'.monaco-editor[data-uri*="{echo["id"]}"] .view-lines').click()
    vs.page.keyboard.press("Shift+Enter")
    expect(lambda: vs.eval(TEXT), "")
    vs.page.keyboard.type("two\nlines")
    vs.page.locator(".codelens-decoration a").filter(has_text="Follow up: echo").wait_for()
    vs.page.keyboard.press("Control+Enter")
    expect(lambda: "two\nlines" in vs.texts()[echo["uri"]], True)


def test_a_follow_up_to_a_busy_pane_waits_for_its_end(vs: Workbench, provider: FaultServer) -> None:
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Begin.", "models": ["gated/gate-5-20"]})
    provider.wait_held(1)
    pane = eventually(lambda: next(iter(vs.panes()), None))
    vs.command("Antiphon: Follow Up…")
    expect(lambda: "sends when gate-5-20 is done" in vs.quick_title(), True)
    vs.type_into_quick_input("And then?")
    vs.page.keyboard.press("Enter")
    lens = vs.page.locator(".codelens-decoration a").filter(has_text="And then?")
    lens.wait_for()
    assert "sends when gate-5-20 is done" in lens.inner_text().replace("\u00a0", " ")
    picture(vs, "follow-up-waits")
    assert len(provider.requests()) == 1
    lens.click()
    vs.quick_row("And then?").click()
    expect(lambda: written(vs), "And then?")
    expect(lens.count, 0)
    vs.page.keyboard.press("Enter")
    lens.wait_for()
    provider.release()
    assert vs.end()["status"] == "complete"
    expect(lambda: vs.texts()[pane["uri"]].count("## gate-5-20"), 2)
    expect(lambda: "And then?" in vs.texts()[pane["uri"]], True)
    expect(lens.count, 0)


def test_stopping_all_keeps_what_waits_as_a_draft(vs: Workbench, provider: FaultServer) -> None:
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Begin.", "models": ["gated/gate-5-20"]})
    provider.wait_held(1)
    pane = eventually(lambda: next(iter(vs.panes()), None))
    vs.eval(
        "globalThis.waits = vscode.commands.executeCommand(...args)",
        "antiphon.followUp", pane["uri"], "Later.",
    )  # fmt: skip
    vs.page.locator(".statusbar-item").filter(has_text="1 follow-up waits").wait_for()
    vs.execute("antiphon.stopAll")
    assert vs.eval("return globalThis.waits") is None
    assert [entry["status"] for entry in vs.end()["results"]] == ["cancelled"]
    open_box(vs, "antiphon.followUp", pane["uri"])
    expect(lambda: written(vs), "Later.")
    erase(vs)
