"""Panes keep a readable size, on every screen and after every change of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place
    from support.neovim.terminal import Terminal

MODELS = ("demo/terse", "demo/poet", "demo/echo", "demo/coder")
SIZES = [(80, 24), (100, 30), (120, 36), (250, 60), (160, 48), (60, 20), (200, 50), (40, 12)]
LEAST_WIDTH, LEAST_HEIGHT = 36, 8

WINDOWS = """local found = {}
for _, tab in ipairs(vim.api.nvim_list_tabpages()) do
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(tab)) do
    local pane = require('antiphon.panes').of_buffer(vim.api.nvim_win_get_buf(window))
    found[#found + 1] = {
      pane = pane and pane.buffer or 0,
      tab = vim.api.nvim_tabpage_get_number(tab),
      width = vim.api.nvim_win_get_width(window),
      height = vim.api.nvim_win_get_height(window),
      at_end = vim.api.nvim_win_get_cursor(window)[1]
        == vim.api.nvim_buf_line_count(vim.api.nvim_win_get_buf(window)),
    }
  end
end
return found"""


def pane_windows(editor: Editor) -> list[dict[str, Any]]:
    """The windows of panes in all tab pages."""
    return [window for window in editor.lua(WINDOWS) if window["pane"]]


def resize(editor: Editor, columns: int, lines: int) -> None:
    """Gives the screen another size."""
    editor.lua("vim.o.columns, vim.o.lines = ...", columns, lines)


def is_readable(editor: Editor, count: int, columns: int, lines: int) -> bool:
    """Whether each of so many panes has one window that can be read."""
    windows = pane_windows(editor)
    wide, high = min(LEAST_WIDTH, columns), min(LEAST_HEIGHT, lines - 4)
    return (
        len({window["pane"] for window in windows}) == len(windows) == count
        and all(window["width"] >= wide for window in windows)
        and all(window["height"] >= high for window in windows)
    )


def ask(editor: Editor, count: int, runs: int) -> None:
    models = " ".join(MODELS[index % len(MODELS)] for index in range(count))
    editor.do(f"Antiphon ask {models} tokensPerSecond=0 -- Why?")
    editor.finished(runs)


def fits(editor: Editor, count: int, columns: int, lines: int) -> None:
    editor.expect(lambda: is_readable(editor, count, columns, lines) or pane_windows(editor), True)


@pytest.mark.parametrize("mode", ["grid", "beside"])
def test_one_to_sixteen_panes_can_be_read_on_every_screen(
    start: Callable[..., Editor], place: Place, mode: str
) -> None:
    place.options = {"layout": {"mode": mode}}
    editor = start()
    for count in range(1, 17):
        columns, lines = SIZES[count % len(SIZES)]
        resize(editor, columns, lines)
        ask(editor, count, count)
        fits(editor, count, columns, lines)
        for columns, lines in ((80, 24), SIZES[(count + 3) % len(SIZES)], (120, 36)):
            resize(editor, columns, lines)
            fits(editor, count, columns, lines)
        editor.keys("q")
        editor.expect(lambda: pane_windows(editor), [])
        assert editor.lua("return #vim.api.nvim_list_tabpages()") == 1
        assert len(editor.lua(WINDOWS)) == 1


@pytest.mark.each_neovim
def test_new_panes_get_a_readable_place_too(editor: Editor) -> None:
    for runs, (columns, lines) in enumerate(((80, 24), (160, 48), (250, 60))):
        resize(editor, columns, lines)
        ask(editor, 4, 2 * runs + 1)
        first = {window["pane"] for window in pane_windows(editor)}
        editor.do("Antiphon summarize bullets all")
        editor.finished(2 * runs + 2)
        fits(editor, 5, columns, lines)
        here = editor.lua("return vim.api.nvim_get_current_buf()")
        assert here not in first
        editor.keys("q")
        editor.expect(lambda: pane_windows(editor), [])


def test_a_composer_leaves_every_pane_some_lines_and_gives_them_back(editor: Editor) -> None:
    resize(editor, 80, 24)
    ask(editor, 4, 1)
    before = pane_windows(editor)
    pane = editor.lua("return vim.api.nvim_get_current_buf()")
    editor.keys("C")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon")
    assert all(window["height"] > 4 for window in pane_windows(editor))
    editor.keys(":q<CR>")
    editor.expect(lambda: pane_windows(editor), before)
    assert editor.lua("return vim.api.nvim_get_current_buf()") == pane


def test_views_and_the_focus_stay_when_the_layout_changes(
    gated: FaultServer, editor: Editor
) -> None:
    editor.do("Antiphon ask gate/gate-2000-2400 gate/gate-2000-2400 gate/gate-30-60 -- Count.")
    gated.wait_held(3)
    editor.expect(
        lambda: [pane["text"][-6:] for pane in editor.panes()], ["t1999 ", "t1999 ", "8 t29 "]
    )
    reader, follower = (pane["buffer"] for pane in editor.panes()[:2])
    editor.do("normal! gg2w")
    cursor = editor.lua("return vim.api.nvim_win_get_cursor(0)")
    for change in ("layout rows", "layout columns", "layout tabs", "layout beside", "layout grid"):
        editor.do(f"Antiphon {change}")
        assert editor.lua("return vim.api.nvim_get_current_buf()") == reader, change
        assert editor.lua("return vim.api.nvim_win_get_cursor(0)") == cursor, change
        followers = [w for w in pane_windows(editor) if w["pane"] == follower]
        assert [window["at_end"] for window in followers] == [True], change
    resize(editor, 80, 24)
    fits(editor, 3, 80, 24)
    assert editor.lua("return vim.api.nvim_win_get_cursor(0)") == cursor
    gated.release()
    editor.finished()
    windows = {window["pane"]: window["at_end"] for window in pane_windows(editor)}
    assert (windows[reader], windows[follower]) == (False, True)
    assert editor.lua("return vim.api.nvim_win_get_cursor(0)") == cursor


def test_panes_can_be_beside_the_file(start: Callable[..., Editor], place: Place) -> None:
    place.options = {"layout": "beside"}
    editor = start(columns=160, lines=40)
    editor.do(f"edit {place.folder}/app.py")
    ask(editor, 3, 1)
    windows = editor.lua(WINDOWS)
    assert {window["tab"] for window in windows} == {1}
    (code,) = [window for window in windows if not window["pane"]]
    assert 70 <= code["width"] <= 90
    assert code["height"] > 30
    resize(editor, 120, 36)
    fits(editor, 3, 120, 36)
    ask(editor, 2, 2)
    fits(editor, 2, 120, 36)
    editor.keys("q")
    editor.expect(lambda: pane_windows(editor), [])
    assert editor.lua("return vim.fn.expand('%:t')") == "app.py"


def shows(names: list[str], columns: int, screen: str) -> bool:
    """Whether a screen of that width has the bars of all panes."""
    widest = max(map(len, screen.splitlines()))
    return widest > columns - 40 and all(f"✓ {name} · " in screen for name in names)


@pytest.mark.each_neovim
def test_a_terminal_can_be_made_narrow_and_wide_again(
    place: Place, terminal: Callable[[int, int], Terminal]
) -> None:
    (place.folder / "code.py").write_text("print('code')\n", encoding="utf-8")
    screen = terminal(200, 50)
    screen.run("edit code.py")
    screen.run(f"Antiphon ask {' '.join(MODELS)} tokensPerSecond=0 -- Why?")
    names = [model.partition("/")[2] for model in MODELS]
    screen.expect(lambda s: all(f"✓ {name} · " in s for name in names))
    for columns, lines in ((80, 24), (120, 36), (200, 50)):
        screen.tmux("resize-window", "-t", "t", "-x", str(columns), "-y", str(lines))
        screen.expect(partial(shows, names, columns))
        screen.keep(f"resized-{columns}x{lines}")
