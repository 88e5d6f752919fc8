"""Messages and selections go from pane to pane, and it stays known where they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Editor

ASK = "Antiphon ask demo/terse demo/echo tokensPerSecond=0 -- What is an antiphon?"
FAST = "vim.g.antiphon = vim.tbl_extend('force', vim.g.antiphon, {params = {tokensPerSecond = 0}})"


@pytest.fixture
def asked(editor: Editor) -> Editor:
    """Two panes with an answer each; the cursor stands in the first one's answer."""
    editor.do(ASK)
    editor.finished()
    editor.lua(FAST)
    editor.do("normal! Gk")
    return editor


@pytest.mark.each_neovim
def test_a_message_is_put_into_another_pane_as_context(asked: Editor) -> None:
    words = asked.lua("return vim.api.nvim_get_current_line()")
    asked.do("Antiphon send context echo")
    pane = asked.panes()[1]
    asked.expect(lambda: asked.panes()[1]["text"], lambda text: text.count(words) == 1)
    after = asked.panes()[1]
    assert after["text"].startswith(pane["text"].rstrip("\n"))
    assert "> From terse, " in after["text"]
    asked.expect(lambda: asked.document(after["uri"]) == asked.panes()[1]["text"], True)


@pytest.mark.each_neovim
def test_a_selection_is_asked_about_in_another_pane(asked: Editor) -> None:
    asked.keys("0v3e")
    asked.expect(lambda: asked.lua("return vim.fn.mode()"), "v")
    asked.keys(":Antiphon send ask echo -- Is this right?<CR>")
    pane = asked.finished(2)[1]
    assert "Is this right?" in pane["text"]
    assert pane["text"].count("## echo\n") == 2
    assert asked.document(pane["uri"]) == pane["text"]


def test_a_message_begins_a_new_pane_with_another_model(asked: Editor) -> None:
    asked.do("Antiphon send demo/poet role=preserve note=look_here -- In verse?")
    panes = asked.finished(2)
    assert [pane["title"] for pane in panes] == ["terse", "echo", "poet"]
    assert panes[2]["window"] > 0
    assert "In verse?" in panes[2]["text"]
    assert panes[2]["session"] == panes[0]["session"]


def test_targets_and_the_question_are_asked_for(asked: Editor) -> None:
    asked.lua("vim.ui.input = function(_, done) done('') end")
    asked.keys("S")
    asked.expect(lambda: asked.lua("return vim.bo.filetype"), "antiphon-targets")
    rows = asked.lua("return vim.api.nvim_buf_get_lines(0, 0, 2, false)")
    assert "echo" in rows[0]
    assert "new pane" in rows[1]
    asked.keys("<CR>")
    asked.expect(lambda: asked.panes()[1]["text"], lambda text: text.count("## ") > 2)


def test_several_messages_keep_their_order(asked: Editor) -> None:
    asked.do("Antiphon send several context echo")
    asked.expect(lambda: asked.lua("return vim.bo.filetype"), "antiphon-turns")
    asked.keys("j<Space>k<Space><CR>")
    text = asked.expect(lambda: asked.panes()[1]["text"], lambda text: text.count("## ") >= 4)
    last = [block for block in text.split("## ") if block][-2:]
    assert last[0].startswith("You\n\nWhat is an antiphon?\n")
    assert "I am demo/terse" in last[1]


@pytest.mark.each_neovim
def test_one_finds_the_way_back_and_forth(asked: Editor) -> None:
    source, target = asked.panes()
    asked.do("Antiphon send context echo")
    asked.expect(lambda: asked.panes()[1]["text"], lambda text: text.count("## ") > 2)
    asked.expect(
        lambda: asked.lua("return #vim.lsp.get_clients({ bufnr = ... })", target["buffer"]), 1
    )
    asked.do("wincmd w")
    asked.do("normal! Gk")
    asked.keys("K")
    asked.expect(hovers(asked), lambda text: "demo/terse" in text)
    asked.keys("<Esc>gd")
    asked.expect(lambda: asked.lua("return vim.api.nvim_get_current_buf()"), source["buffer"])
    asked.keys("grr")
    asked.expect(lambda: asked.lua("return vim.api.nvim_get_current_buf()"), target["buffer"])


def hovers(editor: Editor) -> Callable[[], str]:
    """What the floating windows say."""
    return lambda: editor.lua("""local text = ''
      for _, window in ipairs(vim.api.nvim_list_wins()) do
        if vim.api.nvim_win_get_config(window).relative ~= '' then
          local buffer = vim.api.nvim_win_get_buf(window)
          text = text .. table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\\n')
        end
      end
      return text""")


def test_a_definition_in_a_pane_that_is_not_open_opens_it(asked: Editor) -> None:
    source, target = asked.panes()
    asked.do("Antiphon send context echo")
    asked.expect(lambda: asked.panes()[1]["text"], lambda text: text.count("## ") > 2)
    asked.do("wincmd w")
    asked.do(f"bwipeout! {source['buffer']}")
    asked.expect(
        lambda: asked.lua("return #vim.lsp.get_clients({ bufnr = ... })", target["buffer"]), 1
    )
    asked.do("normal! Gk")
    asked.keys("gd")
    asked.expect(lambda: asked.lua("return vim.api.nvim_buf_get_name(0)"), source["uri"])
    asked.expect(
        lambda: asked.lua("return vim.api.nvim_win_get_cursor(0)[1]"), lambda line: line > 4
    )


def test_what_cannot_be_sent_is_said_and_nothing_changes(asked: Editor) -> None:
    before = [pane["text"] for pane in asked.panes()]
    asked.do("Antiphon send context terse")
    asked.do("Antiphon send context nobody")
    asked.do("Antiphon send context nobody/at-all")
    asked.expect(lambda: len(asked.lua("return _G.told")), lambda count: count >= 3)
    assert [pane["text"] for pane in asked.panes()] == before
