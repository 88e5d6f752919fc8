"""What several answers say alike: marks in the panes, an overview, and the way between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.neovim.editor import Editor

MARKS = """local found = {}
  local space = vim.api.nvim_create_namespace('antiphon-consensus')
  for _, pane in ipairs(require('antiphon.panes').all()) do
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(
        pane.buffer, space, 0, -1, { details = true })) do
      local to = mark[4]
      local text = vim.api.nvim_buf_get_text(
        pane.buffer, mark[2], mark[3], to.end_row, to.end_col, {})
      found[#found + 1] = { to.hl_group, table.concat(text, ' ') }
    end
  end
  return found"""


@pytest.fixture
def agreed(editor: Editor) -> Editor:
    """Three panes, two of which say the same."""
    editor.do("Antiphon ask demo/echo demo/echo demo/poet tokensPerSecond=0 -- Use an index.")
    editor.finished()
    editor.do("Antiphon consensus")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-document")
    editor.expect(text_here(editor), lambda text: text.startswith("# What 3 answers say"))
    return editor


def text_here(editor: Editor) -> Any:
    return lambda: editor.lua(
        "return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')"
    )


@pytest.mark.each_neovim
def test_what_answers_share_is_marked_where_it_stands(agreed: Editor) -> None:
    marks = agreed.lua(MARKS)
    shared = [text for group, text in marks if group == "AntiphonSomeSay"]
    alone = [text for group, text in marks if group == "AntiphonOneSays"]
    assert shared
    assert len(shared) % 2 == 0
    assert alone
    agreed.do("wincmd p")
    agreed.do("Antiphon consensus")
    assert agreed.lua(MARKS) == []
    assert len(agreed.windows()) == 3


def test_a_line_of_the_overview_leads_to_its_places(agreed: Editor) -> None:
    line = agreed.lua("return vim.fn.search('^- .*(echo, echo#2)')")
    assert line > 0
    agreed.keys("<CR>")
    agreed.expect(lambda: agreed.lua("return vim.bo.filetype"), "antiphon-answer")
    places = agreed.lua("return vim.fn.getqflist()")
    assert [place["bufnr"] for place in places] == [pane["buffer"] for pane in agreed.panes()[:2]]
    assert agreed.lua("return vim.api.nvim_win_get_cursor(0)[1]") == places[0]["lnum"]


def test_one_answer_alone_cannot_agree(editor: Editor) -> None:
    editor.do("Antiphon ask demo/terse tokensPerSecond=0 -- Hello.")
    editor.finished()
    editor.do("Antiphon consensus")
    editor.expect(lambda: editor.lua("return _G.told"), lambda told: len(told) > 0)
    assert len(editor.windows()) == 1


def test_two_sessions_can_both_be_marked(agreed: Editor) -> None:
    marks = len(agreed.lua(MARKS))
    first = agreed.panes()[0]
    agreed.do("tabfirst")
    agreed.do("Antiphon ask demo/echo demo/echo tokensPerSecond=0 -- Use a queue.")
    agreed.finished(2)
    agreed.do("Antiphon consensus")
    agreed.expect(text_here(agreed), lambda text: text.startswith("# What 2 answers say"))
    assert len(agreed.lua(MARKS)) > marks
    agreed.do("Antiphon consensus")
    agreed.expect(lambda: len(agreed.lua(MARKS)), marks)
    agreed.lua("vim.api.nvim_set_current_win(vim.fn.win_findbuf(...)[1])", first["buffer"])
    agreed.do("Antiphon consensus")
    assert agreed.lua(MARKS) == []
