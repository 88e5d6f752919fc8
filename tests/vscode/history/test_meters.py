"""What it costs is shown, what may not be spent is asked about, and model text reaches nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.vscode.sinkhole import Sinkhole
from support.vscode.window import picture
from support.vscode.workbench import expect

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.vscode.workbench import Workbench

FAST = {"tokensPerSecond": 0}
COSTLY = "gated/gate-2-12"  # conftest.py prices it over the budget that it has.


def test_going_over_a_budget_is_asked_and_can_be_declined(
    vs: Workbench, provider: FaultServer
) -> None:
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Dear me.", "models": [COSTLY]})
    dialog = vs.dialog("Go over the budget?")
    picture(vs, "over-budget")
    dialog.get_by_role("button", name="Cancel").click()
    assert vs.end() is None
    assert vs.panes() == []
    assert provider.requests() == []
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Dear me.", "models": [COSTLY]})
    vs.dialog("Go over the budget?").get_by_role("button", name="Go Over").click()
    provider.wait_held(1)
    provider.release()
    assert vs.end()["status"] == "complete"
    expect(lambda: ["t11" in text for text in vs.texts().values()], [True])


def test_an_estimate_says_what_is_left_of_the_budget(vs: Workbench) -> None:
    vs.begin("antiphon.broadcastPrompt", {"models": [COSTLY]})
    vs.type_into_quick_input("Dear me.")
    expect(lambda: "left of $0.001 for this run" in vs.quick_title(), True)
    picture(vs, "estimate-budget")
    vs.page.keyboard.press("Escape")


def test_the_meters_view_shows_figures_in_dark_and_in_light(vs: Workbench) -> None:
    models = ["demo/terse", "demo/poet"]
    vs.execute("antiphon.broadcastPrompt", {"prompt": "Count.", "models": models, "params": FAST})
    vs.command("Antiphon: Show Meters")
    for name in ("Sessions", "Panes"):
        vs.page.get_by_role("button", name=f"{name} Section").click()
    frame = vs.page.frame_locator("iframe.webview").frame_locator("iframe#active-frame")
    frame.get_by_role("rowheader", name="demo/poet").wait_for()
    figures = frame.locator("#figures")
    assert figures.evaluate("(all) => all.scrollWidth <= all.clientWidth")
    theme = "workbench.colorTheme"
    write = "await vscode.workspace.getConfiguration().update(args[0], args[1], true)"
    colours: set[str] = set()
    for name in ("Default Light Modern", "Default High Contrast", "Default Dark Modern"):
        vs.eval(write, theme, name)
        kind = {"D": "dark", "L": "light", "H": "high-contrast"}[name.split()[1][0]]
        frame.locator(f"body.vscode-{kind}").wait_for()
        colours.add(frame.locator("body").evaluate("(body) => getComputedStyle(body).color"))
        picture(vs, f"meters-{kind}")
    assert len(colours) == 3
    frame.get_by_label("By").select_option("provider")
    frame.get_by_role("rowheader", name="demo", exact=True).wait_for()
    policy = frame.locator("meta[http-equiv]").get_attribute("content") or ""
    assert policy.startswith("default-src 'none'; ")
    for name in ("Sessions", "Panes"):
        vs.page.get_by_role("button", name=f"{name} Section").click()
    vs.execute("workbench.view.explorer")


def test_images_and_links_of_an_answer_reach_nothing(vs: Workbench) -> None:
    with Sinkhole() as sinkhole:
        image = f"{sinkhole.base_url}/x.png"
        evil = f"![x]({image}) [y](command:antiphon.closePanes) <img src='{image}'>"
        asked = {"prompt": evil, "models": ["demo/echo"], "params": FAST}
        [pane] = vs.execute("antiphon.broadcastPrompt", asked)["panes"]
        vs.page.locator(".view-line").filter(has_text="x.png").last.hover()
        vs.execute("editor.action.showHover")
        vs.execute("antiphon.showConsensus", pane["uri"], [pane["uri"], pane["uri"]])
        vs.command("Antiphon: Search History")
        vs.type_into_quick_input("png")
        vs.quick_row("«png»").wait_for()
        vs.page.keyboard.press("Escape")
        picture(vs, "evil-markdown")
        assert sinkhole.callers() == 0
        assert [entry["uri"] for entry in vs.panes()] == [pane["uri"]]
