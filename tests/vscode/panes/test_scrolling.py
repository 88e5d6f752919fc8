"""Scrolling is the user's: a notch holds against a stream, and nothing moves sideways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.vscode.groups import Group, groups_on_screen
from support.vscode.window import SIZE, picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.vscode.workbench import Workbench

# The editor scrolls by 50 pixels for each notch.
NOTCH = 120
MODELS = ["demo/chatty", "demo/poet", "demo/coder", "demo/unicode"]
LINES = "\n\n".join(f"Line {number}." for number in range(60))
# Whether the end is in sight, and how long the text is, by the name of the pane.
ENDS_JS = """
const panes = vscode.window.visibleTextEditors.filter((e) => e.document.uri.scheme === "antiphon");
return Object.fromEntries(panes.map((editor) => {
  const { document, visibleRanges } = editor;
  const end = document.positionAt(document.getText().trimEnd().length);
  const atEnd = visibleRanges.at(-1).end.isAfterOrEqual(end);
  const name = document.fileName.split("/").pop();
  return [name, { atEnd, first: visibleRanges[0].start.line, length: document.getText().length }];
}));
"""
NOTES_JS = """
const [folder] = vscode.workspace.workspaceFolders;
await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, "notes.py"));
"""
# Every sideways position and every bar that a pane has had since.
WATCH_JS = """() => {
  window.sideways = new Set();
  const look = () => {
    for (const editor of document.querySelectorAll('.monaco-editor[data-uri^="antiphon:"]')) {
      window.sideways.add(editor.querySelector(".lines-content").style.left);
      const bar = editor.querySelector(".scrollbar.horizontal");
      if (bar.classList.contains("visible")) window.sideways.add("bar");
    }
  };
  window.watcher = new MutationObserver(look);
  window.watcher.observe(document.querySelector(".part.editor"), {
    attributes: true, childList: true, subtree: true,
  });
}"""
SIDEWAYS_JS = "() => { window.watcher.disconnect(); return [...window.sideways]; }"
ROWS_JS = """(index) => {
  const group = document.querySelectorAll(".editor-group-container")[index];
  const rows = [...group.querySelectorAll(".view-line")];
  return rows.sort((one, other) => parseFloat(one.style.top) - parseFloat(other.style.top))
    .map((row) => row.textContent.replaceAll("\\u00a0", " "));
}"""


@pytest.fixture(autouse=True)
def laptop(vs: Workbench) -> Iterator[None]:
    """A window of a laptop with a file."""
    vs.page.set_viewport_size({"width": 1280, "height": 800})
    vs.eval(NOTES_JS)
    yield
    vs.page.set_viewport_size(SIZE)


def ends(vs: Workbench) -> dict[str, dict[str, Any]]:
    return vs.eval(ENDS_JS)


def group_of(vs: Workbench, name: str) -> Group:
    return next(group for group in groups_on_screen(vs.page) if group.front == name)


def grown(vs: Workbench, *, by: int) -> dict[str, dict[str, Any]]:
    """The panes once each has got so many more characters."""
    wanted = {name: pane["length"] + by for name, pane in ends(vs).items()}
    eventually(lambda: all(ends(vs)[name]["length"] >= length for name, length in wanted.items()))
    return ends(vs)


def point_at(vs: Workbench, name: str) -> tuple[float, float]:
    """Moves the mouse into a pane, a little below the actions of its first line."""
    group = group_of(vs, name)
    place = (group.left + group.width / 2, group.top + 110)
    vs.page.mouse.move(*place)
    return place


def turn(vs: Workbench, notches: int) -> None:
    """Turns the wheel, down or up."""
    for _ in range(abs(notches)):
        vs.page.mouse.wheel(0, NOTCH if notches > 0 else -NOTCH)


def rows(vs: Workbench, name: str) -> list[str]:
    """The lines of a pane on the screen, as they are wrapped."""
    index = vs.page.locator(".editor-group-container").evaluate_all(
        "(all, name) => all.findIndex((g) => g.querySelector('.tab.active')?.textContent === name)",
        name,
    )
    return vs.page.evaluate(ROWS_JS, index)


def test_one_notch_of_the_wheel_holds_while_panes_stream_and_nothing_moves_sideways(
    vs: Workbench,
) -> None:
    params = {"tokens": 900, "tokensPerSecond": 60}
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Go on.", "models": MODELS, "params": params})
    names = [model.removeprefix("demo/") for model in MODELS]
    eventually(lambda: len(ends(vs)) == 4 and all(pane["first"] > 0 for pane in ends(vs).values()))
    vs.page.evaluate(WATCH_JS)
    for name in names:
        point_at(vs, name)
        turn(vs, -1)
        expect(lambda name=name: ends(vs)[name]["atEnd"], False)
    before = grown(vs, by=100)
    after = grown(vs, by=200)
    assert [after[name]["first"] for name in names] == [before[name]["first"] for name in names]
    point_at(vs, names[0])
    turn(vs, 120)
    expect(lambda: ends(vs)[names[0]]["atEnd"], True)
    vs.end()
    expect(lambda: ends(vs)[names[0]]["atEnd"], True)
    assert vs.page.evaluate(SIDEWAYS_JS) == ["0px"]
    assert not ends(vs)[names[1]]["atEnd"]


def test_the_wheel_ends_at_the_end_of_the_text_and_short_answers_stay_whole(vs: Workbench) -> None:
    models = ["demo/terse", "demo/chatty"]
    params = {"tokensPerSecond": 0}
    vs.execute(
        "antiphon.broadcastPrompt", {"prompt": "How long?", "models": models, "params": params}
    )
    expect(lambda: len(ends(vs)), 2)
    for name in ("terse", "chatty"):
        point_at(vs, name)
        turn(vs, 120)
    expect(lambda: [ends(vs)[name]["atEnd"] for name in ("terse", "chatty")], [True, True])
    expect(lambda: ends(vs)["terse"]["first"], 0)
    assert rows(vs, "terse")[0] == "## You"
    assert len([row for row in rows(vs, "chatty") if row]) >= 8
    picture(vs, "the-wheels-end")


def test_after_a_follow_up_from_inside_the_text_the_new_turn_is_in_sight(vs: Workbench) -> None:
    params = {"tokensPerSecond": 0}
    vs.execute(
        "antiphon.broadcastPrompt", {"prompt": LINES, "models": ["demo/echo"], "params": params}
    )
    expect(lambda: list(ends(vs)), ["echo"])
    place = point_at(vs, "echo")
    turn(vs, -120)
    expect(lambda: ends(vs)["echo"]["first"], 0)
    vs.page.mouse.click(*place)
    vs.page.keyboard.press("Enter")
    vs.type_into_quick_input("And then?")
    vs.page.keyboard.press("Enter")
    expect(lambda: rows(vs, "echo").count("And then?"), 2)
    expect(lambda: ends(vs)["echo"]["atEnd"], True)


def test_actions_and_figures_are_at_the_end_of_a_settled_answer_too(vs: Workbench) -> None:
    params = {"tokensPerSecond": 0}
    vs.execute(
        "antiphon.broadcastPrompt", {"prompt": LINES, "models": ["demo/echo"], "params": params}
    )
    expect(lambda: list(ends(vs)), ["echo"])
    point_at(vs, "echo")
    turn(vs, 120)
    lenses = vs.page.locator(".codelens-decoration")
    last = lenses.filter(has_text="tokens").filter(has_text="Regenerate").last
    expect(lambda: last.bounding_box()["y"] > group_of(vs, "echo").top + 200, True)
    assert last.inner_text().strip().index("tokens") < last.inner_text().index("Follow up")
    length = ends(vs)["echo"]["length"]
    last.get_by_text("Regenerate").click()
    expect(lambda: (ends(vs)["echo"]["length"], ends(vs)["echo"]["atEnd"]), (length, True))
    picture(vs, "actions-at-the-end")
