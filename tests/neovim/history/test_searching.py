"""What was said is found again, in a list or in the quickfix window, and opened at its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.neovim.editor import Editor

CHOOSE = """local wanted = ...
_G.offered = {}
vim.ui.select = function(items, options, done)
  for _, item in ipairs(items) do
    table.insert(_G.offered, (options.format_item or tostring)(item))
  end
  done(wanted and items[wanted] or nil)
end"""


@pytest.fixture
def asked(editor: Editor) -> Editor:
    """Two sessions."""
    editor.do("Antiphon ask demo/echo demo/terse tokensPerSecond=0 -- The zebra crosses.")
    editor.finished()
    editor.do("Antiphon ask demo/echo tokensPerSecond=0 -- A giraffe é waits.")
    editor.finished(2)
    return editor


@pytest.mark.each_neovim
def test_a_hit_opens_its_pane_at_its_line(asked: Editor) -> None:
    asked.do("%bwipeout!")
    asked.lua(CHOOSE, 1)
    asked.do("Antiphon search zebra role:assistant model:demo/echo")
    asked.expect(lambda: asked.lua("return vim.api.nvim_get_current_line()"), "The zebra crosses.")
    assert [name for name, *_ in asked.windows()] == ["echo", "terse"]
    assert len(asked.lua("return _G.offered")) == 1
    [offered] = asked.lua("return _G.offered")
    assert offered.startswith("echo · The zebra crosses. · ")
    assert offered.endswith(" | The zebra crosses.")


@pytest.mark.each_neovim
def test_hits_stand_in_the_quickfix_window_with_their_words_marked(asked: Editor) -> None:
    asked.do("%bwipeout!")
    asked.do("Antiphon! search giraffe")
    asked.expect(lambda: asked.lua("return vim.bo.buftype"), "quickfix")
    lines = asked.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)")
    assert all("A giraffe é waits." in line for line in lines)
    marks = asked.lua("""local found = {}
      local space = vim.api.nvim_create_namespace('antiphon-search')
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
        if mark[4].hl_group == 'AntiphonMatch' then
          found[#found + 1] = vim.api.nvim_buf_get_text(
            0, mark[2], mark[3], mark[2], mark[4].end_col, {})[1]
        end
      end
      return found""")
    assert marks == ["giraffe"] * len(lines)
    asked.do("cfirst")
    asked.expect(lambda: asked.lua("return vim.api.nvim_get_current_line()"), "A giraffe é waits.")
    assert asked.lua("return vim.bo.filetype") == "antiphon-answer"


def test_there_is_more_page_by_page(asked: Editor) -> None:
    asked.lua("""for number = 1, 12 do
        require('antiphon').ask({ models = { 'demo/echo' }, prompt = 'ocelot ' .. number,
                                  params = { tokensPerSecond = 0 } })
      end""")
    asked.finished(14)
    asked.lua("""_G.pages = {}
      vim.ui.select = function(items, _, done)
        table.insert(_G.pages, #items)
        done(items[#items] == 'more' and 'more' or nil)
      end""")
    asked.do("Antiphon search ocelot")
    asked.expect(lambda: asked.lua("return _G.pages"), [21, 24])


def test_what_is_no_word_is_answered_and_a_phrase_is_one(asked: Editor) -> None:
    asked.lua(CHOOSE, None)
    asked.do('Antiphon search "')
    asked.do('Antiphon search "unbalanced')
    asked.do("Antiphon search AND")
    asked.do("Antiphon search 😀 '; DROP TABLE messages; --")
    asked.expect(lambda: len(asked.lua("return _G.told")), lambda count: count >= 3)
    asked.do('Antiphon search "zebra crosses" role:user')
    asked.expect(lambda: len(asked.lua("return _G.offered")), lambda count: count > 0)
