"""Models are chosen in a window; line-ups get names there, which are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Editor, Place


def rows(editor: Editor) -> list[str]:
    return editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")


def open_list(editor: Editor) -> None:
    editor.do("Antiphon models")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-models")


def test_the_list_shows_context_price_and_what_is_missing(editor: Editor) -> None:
    open_list(editor)
    terse = next(row for row in rows(editor) if "demo/terse" in row)
    assert "free" in terse
    unavailable = next(row for row in rows(editor) if "openai/gpt-5 " in row)
    assert "OPENAI_API_KEY is not set" in unavailable
    assert "context" in editor.lua("return vim.wo.winbar")
    assert all(editor.lua("return vim.fn.strdisplaywidth(...)", row) <= 110 for row in rows(editor))


def test_the_last_choice_is_chosen_in_the_next_neovim(start: Callable[..., Editor]) -> None:
    first = start()
    open_list(first)
    first.keys("/demo.poet<CR><Space><CR>")
    first.expect(lambda: first.lua("return vim.bo.filetype"), "")
    first.close()
    second = start()
    open_list(second)
    assert [row for row in rows(second) if "[x]" in row] == [
        row for row in rows(second) if "demo/poet" in row
    ]


def test_a_named_line_up_is_remembered_and_can_be_asked(start: Callable[..., Editor]) -> None:
    first = start()
    first.lua("vim.ui.input = function(_, done) done('verse and prose') end")
    open_list(first)
    first.keys("/demo.poet<CR><Space>/demo.terse<CR><Space>s")
    first.expect(lambda: "verse-and-prose" in rows(first)[0], True)
    first.close()

    second = start()
    second.do("Antiphon ask verse-and-prose tokensPerSecond=0 -- Hello.")
    assert {pane["title"] for pane in second.finished()} == {"poet", "terse"}
    open_list(second)
    second.keys("ggd")
    second.expect(lambda: "verse" in rows(second)[0], False)


def test_a_line_up_of_the_settings_is_not_dropped(start: Callable[..., Editor]) -> None:
    editor = start()
    editor.place.settings = {"models": {"lineups": {"both": ["demo/poet", "demo/echo"]}}}
    editor.close()
    again = start()
    open_list(again)
    assert "both" in rows(again)[0]
    again.keys("ggd<Space>")
    again.expect(lambda: sum("[x]" in row for row in rows(again)), 3)


@pytest.mark.each_neovim
def test_a_lineup_that_was_completed_is_no_prompt(
    place: Place, start: Callable[..., Editor]
) -> None:
    place.settings = {"models": {"lineups": {"eighty": ["demo/terse", "demo/echo"]}}}
    place.options = {"params": {"tokensPerSecond": 0}}
    editor = start()
    editor.keys(":Antiphon ask ei<Tab><CR>")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon")
    assert "To demo/terse, demo/echo" in editor.lua("return vim.wo.winbar")
    editor.keys(":bdelete!<CR>:Antiphon ask eighty Why is that?<CR>")
    panes = editor.finished()
    assert [pane["model"] for pane in panes] == ["demo/terse", "demo/echo"]
    assert all("## You\n\nWhy is that?\n" in pane["text"] for pane in panes)
