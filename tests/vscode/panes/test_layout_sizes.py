"""Every pane that is in sight can be read: at every size of the window, with and without files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.vscode.groups import Group, groups_on_screen, unreadable
from support.vscode.window import SIZE, picture
from support.vscode.workbench import expect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.vscode.workbench import Workbench

MODELS = ["terse", "chatty", "poet", "coder", "unicode", "echo", "terse", "poet"] * 2
LAPTOP = (1280, 800)
CLOSE_JS = """
const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
await vscode.window.tabGroups.close(tabs.filter((tab) => args.includes(tab.label)));
"""


@pytest.fixture(autouse=True)
def window_of_any_size(vs: Workbench) -> Iterator[None]:
    """Puts the window's size and the layout's mode back."""
    vs.execute("workbench.view.explorer")
    yield
    vs.execute("antiphon.closePanes")
    vs.execute("antiphon.layout", "grid")
    vs.page.set_viewport_size(SIZE)


def resize(vs: Workbench, size: tuple[int, int]) -> None:
    vs.page.set_viewport_size({"width": size[0], "height": size[1]})


def open_file(vs: Workbench) -> None:
    """Opens a file from the explorer with the hands."""
    rows = vs.page.locator(".explorer-viewlet .monaco-list-row")
    rows.filter(has_text="notes.py").dblclick()
    expect(lambda: any("notes.py" in group.tabs for group in groups_on_screen(vs.page)), True)


def click_into(vs: Workbench, group: Group) -> None:
    """Clicks into the text of a group, below its tabs."""
    vs.page.mouse.click(group.left + group.width / 2, group.top + group.height / 2)


def ask(vs: Workbench, count: int) -> list[dict[str, Any]]:
    models = [f"demo/{name}" for name in MODELS[:count]]
    asked = {"prompt": "Can I read you?", "models": models, "params": {"tokensPerSecond": 0}}
    return vs.execute("antiphon.broadcastPrompt", asked)["panes"]


def titles(panes: list[dict[str, Any]]) -> list[str]:
    return [pane["title"] for pane in panes]


def fronts(vs: Workbench) -> list[str]:
    return [group.front for group in groups_on_screen(vs.page)]


def readable(vs: Workbench) -> None:
    """Waits until every group can be read and all tabs of panes are somewhere once."""
    expect(lambda: unreadable(vs.page), [])


@pytest.mark.parametrize("with_file", [False, True], ids=["alone", "beside-a-file"])
@pytest.mark.parametrize(
    "size",
    [(800, 600), LAPTOP, (1440, 900), (2560, 1440)],
    ids=lambda size: "x".join(map(str, size)),
)
def test_panes_can_be_read_and_the_first_ones_are_in_front(
    vs: Workbench, size: tuple[int, int], with_file: bool
) -> None:
    resize(vs, size)
    for count in (1, 4, 16):
        if with_file:
            open_file(vs)
        panes = ask(vs, count)
        readable(vs)
        front = [title for title in fronts(vs) if title != "notes.py"]
        assert front == titles(panes)[: len(front)]
        fits = min(count, 9) if size == (2560, 1440) else 1
        assert fits <= len(front) <= min(count, 9)
        assert sorted(pane["label"] for pane in vs.panes()) == sorted(titles(panes))
        picture(vs, f"layout-{size[0]}x{size[1]}-{count}{'-file' if with_file else ''}")
        vs.execute("antiphon.closePanes")
        vs.execute("workbench.action.closeAllEditors")


def test_four_panes_beside_a_file_can_be_read_in_every_layout_one_after_another(
    vs: Workbench,
) -> None:
    open_file(vs)
    asked = titles(ask(vs, 4))
    for mode in ("columns", "grid", "rows", "tabs", "columns", "grid"):
        vs.execute("antiphon.layout", mode)
        readable(vs)
        shown = fronts(vs)
        assert shown[0] == "notes.py"
        assert shown[1:] == asked[: len(shown) - 1]
    assert fronts(vs) == ["notes.py", *asked]


def test_a_click_into_one_of_eight_panes_leaves_the_others_as_they_are(vs: Workbench) -> None:
    resize(vs, LAPTOP)
    open_file(vs)
    ask(vs, 8)
    readable(vs)
    before = groups_on_screen(vs.page)
    for group in before:
        click_into(vs, group)
    assert groups_on_screen(vs.page) == before


def test_eight_panes_are_fitted_again_when_the_window_or_the_side_bar_changes(
    vs: Workbench,
) -> None:
    open_file(vs)
    asked = titles(ask(vs, 8))
    expect(lambda: fronts(vs), ["notes.py", *asked])
    for size in ((800, 600), (2560, 1440), LAPTOP):
        resize(vs, size)
        if size == (2560, 1440):
            expect(lambda: fronts(vs), ["notes.py", *asked])
        else:
            expect(lambda: len(fronts(vs)) < 9 and unreadable(vs.page) == [], True)
        assert sorted({pane["label"] for pane in vs.panes()}) == sorted(set(asked))
    vs.execute("workbench.action.toggleSidebarVisibility")
    readable(vs)
    vs.execute("workbench.action.toggleSidebarVisibility")
    readable(vs)


def test_a_file_that_is_opened_from_a_pane_goes_beside_all_panes_and_gives_its_room_back(
    vs: Workbench,
) -> None:
    resize(vs, LAPTOP)
    asked = titles(ask(vs, 8))
    expect(lambda: fronts(vs), asked)
    click_into(vs, groups_on_screen(vs.page)[4])
    open_file(vs)
    expect(lambda: fronts(vs), ["notes.py", *asked[:6]])
    readable(vs)
    vs.eval(CLOSE_JS, "notes.py")
    expect(lambda: fronts(vs), asked)
    vs.eval(CLOSE_JS, asked[1], asked[5])
    expect(lambda: fronts(vs), [asked[0], *asked[2:5], *asked[6:]])
    readable(vs)


def test_what_is_made_of_answers_shares_a_group_and_a_comparison_is_wide(vs: Workbench) -> None:
    resize(vs, LAPTOP)
    open_file(vs)
    panes = ask(vs, 8)
    ids = [pane["id"] for pane in panes]
    before = [(group.left, group.top, group.front) for group in groups_on_screen(vs.page)][:-1]
    vs.execute(
        "antiphon.summarizeAnswers",
        {"paneIds": ids[:2], "format": "bullets", "combine": True, "model": "demo/terse"},
    )
    vs.execute("antiphon.mergeAnswers", {"paneIds": ids[:2], "model": "demo/terse"})
    readable(vs)
    last = groups_on_screen(vs.page)[-1]
    assert (last.front, last.tabs[-2:]) == ("merge", ["summary", "merge"])
    assert [(g.left, g.top, g.front) for g in groups_on_screen(vs.page)][:-1] == before
    vs.execute("antiphon.comparePanes", {"left": {"paneId": ids[0]}, "right": {"paneId": ids[1]}})
    expect(lambda: " ↔ " in groups_on_screen(vs.page)[-1].front, True)
    readable(vs)
    picture(vs, "layout-comparison")
    assert groups_on_screen(vs.page)[-1].width >= 560
    vs.execute("antiphon.toggleComparison")
    expect(lambda: len(fronts(vs)), len(before) + 1)
    readable(vs)
