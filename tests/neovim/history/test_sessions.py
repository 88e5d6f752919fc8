"""Everything is closed and comes back: in this Neovim, and in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Editor

ASK = "Antiphon ask demo/terse demo/coder tokensPerSecond=0 -- What is an antiphon?"


@pytest.mark.each_neovim
def test_a_session_is_brought_back_in_another_neovim(start: Callable[..., Editor]) -> None:
    first = start()
    first.do(ASK)
    before = first.finished()
    first.close()

    second = start()
    second.lua(
        """vim.ui.select = function(items, options, done)
          _G.label = options.format_item(items[1])
          done(items[1])
        end"""
    )
    second.do("Antiphon sessions")
    second.expect(lambda: len(second.events("AntiphonSessionOpened")), 1)
    after = second.expect_states("complete", "complete")
    assert [pane["text"] for pane in after] == [pane["text"] for pane in before]
    assert [pane["uri"] for pane in after] == [pane["uri"] for pane in before]
    assert [name for name, *_ in second.windows()] == ["terse", "coder"]
    assert second.lua("return _G.label").startswith("What is an antiphon?  (terse, coder · ")
    second.do("Antiphon reply -- And now?")
    pane = second.finished()[0]
    assert pane["text"].count("## terse\n") == 2
    assert second.document(pane["uri"]) == pane["text"]


@pytest.mark.each_neovim
def test_the_meters_of_a_session_come_back(start: Callable[..., Editor]) -> None:
    editor = start()
    editor.do(ASK)
    pane = editor.finished()[0]
    marks = """local found = {}
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(
          ..., vim.api.nvim_create_namespace('antiphon'), 0, -1, { details = true })) do
        found[#found + 1] = { mark[2], (mark[4].virt_text or { { '' }, { '' } })[2][1] }
      end
      return found"""
    before = editor.lua(marks, pane["buffer"])
    assert before[0] == [0, ""]
    assert before[1][0] == 4
    assert " tokens · $0.00 · " in before[1][1]
    editor.do("%bwipeout!")
    editor.do(f"Antiphon open {pane['session']}")
    editor.expect(lambda: len(editor.events("AntiphonSessionOpened")), 1)
    buffer = editor.panes()[0]["buffer"]
    editor.expect(lambda: editor.lua(marks, buffer), before)


@pytest.mark.each_neovim
def test_a_vim_session_brings_its_panes_back(start: Callable[..., Editor]) -> None:
    first = start()
    first.do(ASK)
    before = first.finished()
    path = str(first.place.folder / "session.vim")
    first.do(f"mksession {path}")
    first.close()

    second = start()
    second.do(f"source {path}")
    after = second.expect_states("complete", "complete")
    assert [pane["text"] for pane in after] == [pane["text"] for pane in before]
    assert all(pane["window"] > 0 for pane in after)


@pytest.mark.each_neovim
def test_a_vim_session_without_blank_says_that_it_leaves_panes_out(editor: Editor) -> None:
    path = editor.place.folder / "session.vim"
    editor.do("set sessionoptions-=blank")
    editor.do(f"mksession {path}")
    assert not [told for told in editor.lua("return _G.told") if "blank" in told]
    editor.do(ASK)
    editor.finished()
    editor.do(f"mksession! {path}")
    [told] = [each for each in editor.lua("return _G.told") if "blank" in each]
    assert "sessionoptions+=blank" in told


def test_a_pane_can_be_opened_by_its_name(editor: Editor) -> None:
    editor.do(ASK)
    pane = editor.finished()[0]
    editor.do("%bwipeout!")
    for spelling in (pane["uri"], pane["uri"].replace("antiphon:/", "antiphon:///")):
        editor.do(f"edit {spelling}")
        assert editor.expect_states("complete")[0]["text"] == pane["text"]


def test_reading_a_pane_again_gives_the_servers_text(editor: Editor) -> None:
    editor.do(ASK)
    pane = editor.finished()[0]
    editor.lua("""vim.bo.modifiable = true
      vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'scribbled over' })""")
    editor.do("edit!")
    editor.expect(lambda: editor.buffer_text(pane["uri"]), pane["text"])


def test_an_announced_change_is_read_anew(editor: Editor) -> None:
    editor.do(ASK)
    pane = editor.finished()[0]
    editor.lua(
        """local uri = ...
        vim.bo.modifiable = true
        vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'scribbled over' })
        local handlers = vim.lsp.config.antiphon.handlers
        handlers['workspace/textDocumentContent/refresh'](nil, { uri = uri })""",
        pane["uri"],
    )
    editor.expect(lambda: editor.buffer_text(pane["uri"]), pane["text"])


def test_closed_panes_are_shown_again(editor: Editor) -> None:
    editor.do(ASK)
    pane = editor.finished()[1]
    editor.keys("q")
    assert editor.lua("return #vim.api.nvim_list_tabpages()") == 1
    editor.lua("vim.ui.select = function(items, _, done) done(items[2]) end")
    editor.do("Antiphon panes")
    assert editor.lua("return vim.api.nvim_buf_get_name(0)") == pane["uri"]
    assert [name for name, *_ in editor.windows()] == ["terse", "coder"]
