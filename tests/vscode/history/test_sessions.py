"""What was asked is still there: after a reload, in another window, from the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.vscode.window import ARTIFACTS
from support.vscode.workbench import Workbench, eventually, expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FAST = {"tokensPerSecond": 0}


def test_a_reloaded_window_shows_its_panes_with_their_texts(vs: Workbench) -> None:
    models = ["demo/echo", "demo/poet", "demo/terse"]
    vs.execute("antiphon.broadcastPrompt", {"prompt": "Stay.", "models": models, "params": FAST})
    expect(lambda: all("Stay." in text for text in vs.texts().values()), True)
    before = vs.panes()
    vs.reload()
    expect(vs.panes, before)
    vs.page.locator(".codelens-decoration a").filter(has_text="Regenerate").first.wait_for()


def test_a_session_is_brought_back_in_another_window(vs: Workbench, browser: Browser) -> None:
    models = ["demo/poet", "demo/echo", "demo/terse"]
    asked = vs.execute(
        "antiphon.broadcastPrompt", {"prompt": "Come back.", "models": models, "params": FAST}
    )
    texts = eventually(lambda: all(vs.texts().values()) and vs.texts())
    vs.execute("antiphon.closePanes")
    context = browser.new_context(viewport=vs.page.viewport_size)
    other = Workbench(context.new_page(), vs.server)
    other.open()
    try:
        other.command("Antiphon: Open Session")
        other.quick_row("Come back.").click()
        expect(other.texts, texts)
        assert [pane["column"] for pane in other.panes()] == [1, 2, 3]
        other.page.locator(".activitybar").get_by_role("tab", name="Antiphon").click()
        other.page.get_by_role("treeitem", name="Come back.").first.wait_for()
        other.page.screenshot(path=ARTIFACTS / "sessions.png")
        again = other.execute("antiphon.followUpAll", asked["panes"][0]["uri"], "Still yours?")
        assert again["status"] == "complete"
        other.execute("antiphon.closePanes")
    finally:
        context.close()
