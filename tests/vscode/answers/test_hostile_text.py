"""Texts and names that others wrote are shown wherever they stand, and do nothing anywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.vscode.sinkhole import Sinkhole
from support.vscode.window import picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.vscode.workbench import Workbench

COMMAND = "command:antiphon.closePanes"
UNSEEN = "\u202egnp.exe\u202c a\u200bb"
NAME = f"$(trash) [press]({COMMAND}) \u202e<img src=x> \x1b[31mred"
SHOWN = f"$(trash) [press]({COMMAND}) <U+202E><img src=x> <U+001B>[31mred"

LINKS_JS = """
const found = [];
const links = (uri) => vscode.commands.executeCommand("vscode.executeLinkProvider", uri, 100);
for (const { uri } of vscode.workspace.textDocuments) {
  found.push(...(uri.scheme === "antiphon" ? await links(uri) : []));
}
return found.map(({ target }) => String(target));
"""


@pytest.fixture
def sinkhole() -> Iterator[Sinkhole]:
    with Sinkhole() as listener:
        yield listener


@pytest.fixture
def imported(vs: Workbench, sinkhole: Sinkhole) -> dict[str, Any]:
    """A session as somebody else may have written it, open with both of its panes."""
    image = f"{sinkhole.base_url}/x.png"
    evil = (
        f"![x]({image}) [y]({COMMAND}) <img src='{image}' onerror=alert(1)> {UNSEEN} \x1b[31m\x00\n"
        f"```\nfence\n~~~~\n[z]: {COMMAND}\n<a href='{COMMAND}'>y</a>\n```\n"
    )
    asked = {"prompt": evil, "models": ["demo/echo"] * 2, "params": {"tokensPerSecond": 0}}
    [pane, _] = vs.execute("antiphon.broadcastPrompt", asked)["panes"]
    which = {"sessionId": pane["sessionId"], "format": "json"}
    session = json.loads(vs.execute("antiphon.session.export", which)["text"])
    session["session"]["title"] = NAME
    for pane in session["session"]["panes"]:
        pane["title"] = NAME
    text = {"text": json.dumps(session)}
    made = vs.execute("antiphon.session.import", text)["session"]
    vs.execute("antiphon.openSession", made)
    expect(lambda: len(vs.panes()), 2)
    return made


def test_documents_show_what_cannot_be_seen_and_have_no_command_links(
    vs: Workbench, imported: dict[str, Any], sinkhole: Sinkhole
) -> None:
    uris = [pane["uri"] for pane in imported["panes"]]
    vs.begin("antiphon.showConsensus", uris[0])
    expect(vs.quick_title, "Answers to look for what they have in common")
    vs.page.keyboard.press("Enter")
    assert vs.end()["compared"] == 2
    [overview] = eventually(lambda: vs.documents_in_tabs(":/consensus/"))
    assert "## All 2 say" in overview
    editors = vs.page.locator(".monaco-editor[data-uri^='antiphon:']")
    expect(editors.count, 3)
    for editor in editors.all():
        editor.locator(".mtkcontrol, .unicode-highlight").first.wait_for()
    picture(vs, "hostile-documents")
    assert not [link for link in vs.eval(LINKS_JS) if not link.startswith("http")]
    assert all("\u2400" in text for text in vs.texts().values())  # With a NUL none would open.
    assert sinkhole.callers() == 0


def test_names_are_shown_as_they_are_in_trees_and_lists(
    vs: Workbench, imported: dict[str, Any], sinkhole: Sinkhole
) -> None:
    vs.execute("workbench.view.extension.antiphon")
    tree = vs.page.locator(".pane-body .monaco-list-row").filter(has_text="$(trash)")
    expect(lambda: {SHOWN in row for row in tree.all_inner_texts()[:3]}, {True})
    vs.begin("antiphon.renameSession")
    expect(vs.quick_title, "Rename a session")
    vs.quick_row(SHOWN).wait_for()
    picture(vs, "hostile-names")
    vs.leave()
    vs.begin("antiphon.summarizeAnswers", imported["panes"][0]["uri"])
    expect(vs.quick_title, "Answers to sum up")
    vs.quick_row(SHOWN).wait_for()
    vs.leave()
    vs.begin("antiphon.searchHistory", "fence")
    vs.quick_row(f"[z]: {COMMAND}").wait_for()
    vs.leave()
    vs.execute("workbench.view.explorer")
    assert sinkhole.callers() == 0


def test_a_notification_has_no_link_that_a_name_brought(
    vs: Workbench, imported: dict[str, Any]
) -> None:
    side = {"paneId": imported["panes"][0]["id"]}
    vs.begin("antiphon.comparePanes", {"left": side, "right": side})
    toast = vs.toast("Both sides are")
    picture(vs, "hostile-notification")
    assert "$(trash) [press] (command:" in toast.inner_text()
    assert toast.locator("a[href]").count() == 0
    left, right = ({"paneId": pane["id"]} for pane in imported["panes"])
    vs.execute("antiphon.comparePanes", {"left": left, "right": right})
    expect(lambda: [title.startswith(f"{SHOWN} ↔ {SHOWN}") for title in vs.diffs()], [True])


def test_the_meters_show_names_and_load_nothing(
    vs: Workbench, imported: dict[str, Any], sinkhole: Sinkhole
) -> None:
    ask = {"prompt": "Count me.", "sessionId": imported["id"], "params": {"tokensPerSecond": 0}}
    vs.execute("antiphon.broadcast", ask)
    vs.command("Antiphon: Show Meters")
    frame = vs.page.frame_locator("iframe.webview").frame_locator("iframe#active-frame")
    frame.get_by_label("By").select_option("session")
    row = frame.get_by_role("rowheader").filter(has_text="$(trash)")
    row.first.wait_for()
    assert SHOWN in row.first.inner_text()
    assert frame.locator("img, a, iframe").count() == 0
    picture(vs, "hostile-meters")
    vs.execute("workbench.view.explorer")
    assert sinkhole.callers() == 0


def test_the_question_about_a_key_names_a_file_and_links_to_nothing(vs: Workbench) -> None:
    file = vs.server.folder / f"[press]({COMMAND}).py"
    file.write_text('KEY = "sk-proj-' + "A1b2C3d4E5f6G7h8" * 3 + 'T3BlbkFJZ9y8X7w6V5u4T3s2"\n')
    context = [{"uri": file.as_uri()}]
    asked = {"prompt": "Read it.", "models": ["demo/echo"], "context": context}
    vs.begin("antiphon.broadcastPrompt", asked)
    toast = vs.toast("This would send what looks like a key")
    picture(vs, "hostile-question")
    assert "[press] (command:" in toast.inner_text()
    assert toast.locator("a[href]").count() == 0
    toast.get_by_role("button", name="Do not send").click()
    assert vs.end() is None
    assert vs.panes() == []
    file.unlink()
