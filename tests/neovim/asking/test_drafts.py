"""A composer sends by a deliberate act alone, and what was not sent is never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor, Place

HALF = "Half a tho"
TEXT = "return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')"
AUTOSAVE = """
  vim.api.nvim_create_autocmd({ 'InsertLeave', 'TextChanged', 'FocusLost' }, {
    nested = true,
    callback = function() _G.saves = (_G.saves or 0) + 1; vim.cmd('silent! wall') end,
  })
  vim.api.nvim_create_autocmd('InsertLeave', {
    nested = true,
    callback = function() vim.schedule(function() vim.cmd('silent! write') end) end,
  })"""
EXPENSIVE = """local figures = require('antiphon.server.client')
  local command = figures.command
  figures.command = function(name, argument, answer, sent)
    if name ~= 'antiphon.estimate' then return command(name, argument, answer, sent) end
    local cost = { min = '100', likely = '509', max = '900' }
    answer(nil, { panes = {}, total = { inputTokens = 1204, cost = cost, unpriced = 0 } })
  end
  _G.index, _G.asked = 2, {}
  vim.ui.select = function(items, options, done)
    table.insert(_G.asked, options.prompt)
    done(items[_G.index], _G.index)
  end"""


def compose(editor: Editor, text: str) -> None:
    """Opens a composer and types into it, up to normal mode."""
    editor.do("Antiphon compose demo/terse tokensPerSecond=0 --")
    editor.keys(f"i{text}<Esc>")
    editor.expect(lambda: editor.lua("return vim.fn.mode()"), "n")


def is_draft(editor: Editor, text: str) -> bool:
    return editor.lua(TEXT) == text and editor.lua("return vim.bo.modified")


@pytest.mark.each_neovim
def test_nothing_but_a_write_typed_there_sends_what_was_half_written(editor: Editor) -> None:
    editor.lua(AUTOSAVE)
    compose(editor, HALF)
    assert editor.lua("return _G.saves") > 0
    editor.keys("aught<Esc>")
    editor.do("doautocmd <nomodeline> FocusLost")
    for command in (":wall<CR>", ":silent! wall<CR>", ":bufdo silent! update<CR>"):
        editor.keys(command)
        editor.expect(lambda: is_draft(editor, "Half a thought"), True)
    editor.do("write")
    assert is_draft(editor, "Half a thought")
    assert "kept, not sent" in editor.lua("return _G.told")[-1]
    assert editor.events("AntiphonStart") == []
    editor.keys("A, now whole.<Esc>")
    editor.keys(":w<CR>")
    assert "Half a thought, now whole." in editor.finished()[0]["text"]


@pytest.mark.parametrize("keys", [":wq<CR>", ":x<CR>", ":up<CR>", "ZZ", "<C-CR>"])
def test_what_a_person_types_to_write_sends(editor: Editor, keys: str) -> None:
    compose(editor, "Whole.")
    editor.keys(keys)
    assert "Whole." in editor.finished()[0]["text"]
    assert editor.lua("return vim.fn.bufnr('antiphon://compose/1')") == -1


def test_a_copy_of_the_prompt_can_be_written_to_a_file(editor: Editor, place: Place) -> None:
    compose(editor, "To be kept.")
    editor.keys(f":w {place.folder}/prompt.md<CR>")
    editor.expect((place.folder / "prompt.md").exists, True)
    assert (place.folder / "prompt.md").read_text(encoding="utf-8") == "To be kept.\n"
    assert editor.events("AntiphonStart") == []


@pytest.mark.each_neovim
def test_an_expensive_prompt_is_asked_about_in_the_composer_too(editor: Editor) -> None:
    editor.lua(EXPENSIVE)
    compose(editor, "Everything, please.")
    editor.keys(":w<CR>")
    editor.expect(lambda: len(editor.lua("return _G.asked")), 1)
    assert "$509.00" in editor.lua("return _G.asked")[0]
    assert editor.events("AntiphonStart") == []
    assert is_draft(editor, "Everything, please.")
    assert editor.lua("return #vim.api.nvim_list_tabpages()") == 1
    editor.lua("_G.index = 1")
    editor.keys(":w<CR>")
    assert editor.finished()[0]["state"] == "complete"


@pytest.mark.each_neovim
def test_a_closed_draft_comes_back_with_the_next_composer(editor: Editor) -> None:
    compose(editor, HALF)
    editor.keys(":q<CR>")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "")
    editor.do("Antiphon compose")
    assert is_draft(editor, HALF)
    assert "To demo/terse" in editor.lua("return vim.wo.winbar")
    editor.keys(":q<CR>")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "")
    editor.do("Antiphon compose demo/poet --")
    assert is_draft(editor, HALF)
    assert "To demo/poet" in editor.lua("return vim.wo.winbar")
    assert editor.lua("return #vim.fn.getbufinfo({ buflisted = 1 })") == 2


@pytest.mark.parametrize("command", ["qall", "wqall", "qall!", "xall"])
def test_leaving_neovim_keeps_the_draft_and_sends_nothing(
    start: Callable[..., Editor], place: Place, command: str
) -> None:
    first = start()
    compose(first, HALF)
    first.keys(f":{command}<CR>")
    first.channel.wait()
    (kept,) = (place.folder / "state" / "nvim" / "antiphon").glob("drafts.json")
    assert kept.stat().st_mode & 0o077 == 0
    second = start()
    second.do("Antiphon compose")
    assert is_draft(second, HALF)
    assert "To demo/terse" in second.lua("return vim.wo.winbar")
    second.do("Antiphon sessions")
    second.expect(
        lambda: second.lua("return _G.told"), lambda told: any("no session" in t for t in told)
    )
    second.keys(":w<CR>")
    assert HALF in second.finished()[0]["text"]
    second.do("Antiphon compose")
    assert second.lua(TEXT) == ""


def test_a_draft_that_was_thrown_away_does_not_come_back(editor: Editor) -> None:
    compose(editor, HALF)
    editor.do("bdelete!")
    editor.do("Antiphon compose")
    assert editor.lua(TEXT) == ""


def test_a_reply_to_a_busy_pane_is_sent_when_that_has_answered(
    gated: FaultServer, editor: Editor
) -> None:
    editor.do("Antiphon ask gate/gate-30-60 -- Count.")
    gated.wait_held(1)
    editor.expect_states("streaming")
    editor.keys("<CR>")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon")
    assert "still answering" in editor.lua("return _G.told")[-1]
    editor.keys("iAnd backwards?<Esc>:w<CR>")
    editor.expect(
        lambda: editor.lua("return vim.wo.winbar"), lambda bar: "sends when gate-30-60" in bar
    )
    assert is_draft(editor, "And backwards?")
    gated.release()
    editor.expect(lambda: len(editor.events("AntiphonStart")), 2)
    gated.wait_held(1)
    gated.release()
    assert "And backwards?" in editor.finished(2)[0]["text"]
