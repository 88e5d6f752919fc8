"""Files open beside the panes and not over them, and leave no trace when the panes are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.vscode.groups import groups_on_screen
from support.vscode.window import SIZE, picture
from support.vscode.workbench import eventually, expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.faults.client import FaultServer
    from support.vscode.code_server import CodeServer
    from support.vscode.workbench import Workbench

ASKED = {
    "prompt": "What is a canon?",
    "models": ["demo/terse", "demo/poet", "demo/echo"],
    "params": {"tokensPerSecond": 0},
}
GROUPS = """
    return vscode.window.tabGroups.all.map((group) => group.tabs.map((tab) => tab.label));
"""
LOCKING = """
    const settings = vscode.workspace.getConfiguration("antiphon.layout");
    await settings.update("lockGroups", args[0] ?? undefined, vscode.ConfigurationTarget.Global);
"""
CLOSE = """
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    await vscode.window.tabGroups.close(tabs.filter((tab) => args.includes(tab.label)));
"""
PANES = [["terse"], ["poet"], ["echo"]]


@pytest.fixture(autouse=True)
def files(vs: Workbench, editor: CodeServer) -> Iterator[None]:
    """A second file, and the explorer to open it from."""
    (editor.folder / "other.py").write_text("three = 3\n")
    vs.execute("workbench.view.explorer")
    yield
    vs.eval(LOCKING, None)
    vs.page.set_viewport_size(SIZE)


def click_file(vs: Workbench, name: str) -> None:
    """Opens a file from the explorer with the hands."""
    vs.page.locator(".explorer-viewlet .monaco-list-row").filter(has_text=name).click()


def open_by_name(vs: Workbench, name: str) -> None:
    """Opens a file by its name with the hands."""
    vs.execute("workbench.action.quickOpen")
    vs.type_into_quick_input(name)
    vs.quick_row(name).wait_for()
    vs.page.keyboard.press("Enter")


def enter_pane(vs: Workbench, text: str) -> None:
    """Clicks into a pane."""
    vs.page.locator(".view-line").filter(has_text=text).first.click()
    expect(
        lambda: vs.eval("return vscode.window.activeTextEditor?.document.uri.scheme"), "antiphon"
    )


def test_files_join_the_other_files_though_a_pane_has_the_focus(vs: Workbench) -> None:
    click_file(vs, "notes.py")
    vs.execute("antiphon.broadcastPrompt", ASKED)
    enter_pane(vs, "a script with rhymes")
    open_by_name(vs, "other.py")
    expect(lambda: vs.eval(GROUPS), [["notes.py", "other.py"], *PANES])
    vs.eval(CLOSE, "other.py")
    enter_pane(vs, "a script with rhymes")
    click_file(vs, "other.py")
    expect(lambda: vs.eval(GROUPS), [["notes.py", "other.py"], *PANES])
    picture(vs, "locked-groups")
    vs.execute("antiphon.closePanes")
    expect(lambda: vs.eval(GROUPS), [["notes.py", "other.py"]])


def test_a_file_gets_a_group_of_its_own_where_there_are_only_panes(vs: Workbench) -> None:
    vs.execute("antiphon.broadcastPrompt", ASKED)
    expect(lambda: vs.eval(GROUPS), PANES)
    enter_pane(vs, "a script with rhymes")
    click_file(vs, "notes.py")
    expect(lambda: sorted(vs.eval(GROUPS)), sorted([["notes.py"], *PANES]))
    picture(vs, "locked-groups-alone")
    vs.eval(CLOSE, "notes.py")
    expect(lambda: vs.eval(GROUPS), PANES)


def test_the_last_group_is_open_for_all_again_when_its_panes_were_closed(vs: Workbench) -> None:
    vs.execute("antiphon.broadcastPrompt", ASKED)
    vs.eval(CLOSE, "terse", "poet", "echo")
    expect(lambda: vs.eval(GROUPS), [[]])
    click_file(vs, "notes.py")
    expect(lambda: vs.eval(GROUPS), [["notes.py"]])
    click_file(vs, "other.py")
    expect(lambda: vs.eval(GROUPS), [["notes.py", "other.py"]])


def test_a_group_that_a_person_put_a_file_into_is_open_when_its_pane_is_closed(
    vs: Workbench,
) -> None:
    vs.execute("antiphon.broadcastPrompt", ASKED)
    file = str(vs.server.folder / "notes.py")
    vs.eval("await vscode.window.showTextDocument(vscode.Uri.file(args[0]), {viewColumn: 2})", file)
    expect(lambda: vs.eval(GROUPS), [["terse"], ["poet", "notes.py"], ["echo"]])
    vs.eval(CLOSE, "poet")
    expect(lambda: vs.eval(GROUPS), [["terse"], ["notes.py"], ["echo"]])
    click_file(vs, "other.py")
    expect(lambda: vs.eval(GROUPS), [["terse"], ["notes.py", "other.py"], ["echo"]])


def test_panes_take_their_places_again_in_another_layout(vs: Workbench) -> None:
    click_file(vs, "notes.py")
    vs.execute("antiphon.broadcastPrompt", ASKED)
    try:
        vs.execute("antiphon.layout", "tabs")
        expect(lambda: vs.eval(GROUPS), [["notes.py"], ["terse", "poet", "echo"]])
        enter_pane(vs, "What is a canon?")
        click_file(vs, "other.py")
        expect(lambda: vs.eval(GROUPS)[0], ["notes.py", "other.py"])
    finally:
        vs.execute("antiphon.layout", "grid")
    expect(lambda: vs.eval(GROUPS), [["notes.py", "other.py"], *PANES])


def test_who_does_not_want_locks_has_none(vs: Workbench) -> None:
    vs.eval(LOCKING, False)
    vs.execute("antiphon.broadcastPrompt", ASKED)
    enter_pane(vs, "a script with rhymes")
    click_file(vs, "notes.py")
    expect(lambda: vs.eval(GROUPS), [["terse"], ["poet", "notes.py"], ["echo"]])


def test_a_comparison_gets_a_wide_group_below_the_panes_and_covers_none(
    vs: Workbench, provider: FaultServer
) -> None:
    vs.page.set_viewport_size({"width": 1024, "height": 768})
    models = ["gated/gate-3-9", "gated/gate-5-12"]
    vs.begin("antiphon.broadcastPrompt", {"prompt": "Which?", "models": models})
    provider.wait_held(2)
    left, right = eventually(lambda: len(vs.panes()) == 2 and [pane["uri"] for pane in vs.panes()])
    sides = [{"paneId": uri.split("/")[-2]} for uri in (left, right)]
    vs.execute("antiphon.comparePanes", {"left": sides[0], "right": sides[1]})
    names = [["gate-3-9"], ["gate-5-12"], ["gate-3-9 ↔ gate-5-12"]]
    expect(lambda: vs.eval(GROUPS), names)
    provider.release()
    vs.end()
    eventually(lambda: [title.endswith("% alike") for title in vs.diffs()] == [True])
    expect(
        lambda: [[label.partition(" · ")[0] for label in group] for group in vs.eval(GROUPS)], names
    )
    left_pane, right_pane, comparison = groups_on_screen(vs.page)
    assert comparison.width >= left_pane.width + right_pane.width
    assert comparison.top >= left_pane.bottom
    vs.execute("antiphon.toggleComparison")
    expect(lambda: vs.eval(GROUPS), [["gate-3-9"], ["gate-5-12"]])
