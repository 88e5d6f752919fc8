"""What was asked is still there: after a reload, in another window, from the list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.vscode.window import ARTIFACTS
from support.vscode.workbench import Workbench, eventually, expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

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


def test_sessions_open_by_a_click_and_several_are_deleted_at_once(vs: Workbench) -> None:
    for prompt in ("Keep this one.", "Delete this one.", "And this one."):
        asked = {"prompt": prompt, "models": ["demo/echo"], "params": FAST}
        vs.execute("antiphon.broadcastPrompt", asked)
    vs.execute("antiphon.closePanes")
    vs.execute("antiphon.sessions.focus")
    rows = vs.page.get_by_role("treeitem")
    rows.filter(has_text="Keep this one.").first.click()
    expect(lambda: ["Keep this one." in (text or "") for text in vs.texts().values()], [True])
    rows.filter(has_text="Delete this one.").first.click()
    expect(lambda: ["Delete this one." in (text or "") for text in vs.texts().values()], [True])
    rows.filter(has_text="And this one.").first.click(modifiers=["Control"])
    rows.filter(has_text="And this one.").first.click(button="right")
    menu = vs.page.locator(".monaco-menu:visible")
    assert "Open Session" in menu.inner_text()
    assert "Fork Session" in menu.inner_text()
    eventually(lambda: chosen(menu, "Delete Session…"))
    dialog = vs.dialog("Delete 2 sessions?")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    eventually(lambda: kept(rows))
    vs.execute("workbench.view.explorer")


def chosen(menu: Locator, entry: str) -> bool:
    """Clicks an entry unless the menu is gone: it ignores a click just after it was opened."""
    if menu.is_visible():
        menu.get_by_text(entry).click()
    return not menu.is_visible()


def kept(rows: Any) -> list[str]:
    """The rows once those that were deleted are gone."""
    texts = rows.filter(has_text="this one.").all_inner_texts()
    return texts if all("Keep" in text for text in texts) else []
