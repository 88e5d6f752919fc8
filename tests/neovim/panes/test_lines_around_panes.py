"""Tab line, statusline and the figures for a person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.neovim.editor import Editor

ASK = "Antiphon ask demo/terse demo/poet tokensPerSecond=0 -- Hello."


def tabs(editor: Editor) -> str:
    return editor.lua("return vim.api.nvim_eval_statusline(vim.o.tabline, {use_tabline=true}).str")


@pytest.mark.each_neovim
def test_tab_pages_are_called_by_their_models_until_they_are_closed(editor: Editor) -> None:
    editor.do(ASK)
    editor.finished()
    assert tabs(editor).split(maxsplit=2)[:2] == ["[No", "Name]"]
    assert " terse, poet " in tabs(editor)
    editor.do("tabclose")
    assert editor.lua("return vim.go.tabline") == ""


def test_a_persons_own_lines_stay(editor: Editor) -> None:
    editor.lua("vim.go.tabline, vim.go.statusline = 'mine', 'mine too'")
    editor.do(ASK)
    editor.finished()
    assert editor.lua("return { vim.go.tabline, vim.wo.statusline }") == ["mine", "mine too"]


@pytest.mark.each_neovim
def test_the_statusline_names_the_keys_that_are_there(editor: Editor) -> None:
    editor.do("nmap ,a <Plug>(antiphon-reply-all)")
    editor.do(ASK)
    editor.finished()
    assert "antiphon_hints" in editor.lua("return vim.wo.statusline")
    hints = editor.lua("return vim.b.antiphon_hints")
    assert hints == "<CR> reply · g? keys"


def test_a_statusline_of_ones_own_can_say_how_far_it_is(gated: FaultServer, editor: Editor) -> None:
    status = "return require('antiphon').status()"
    assert editor.lua(status) == ""
    editor.do("Antiphon ask gate/gate-2-4 demo/terse tokensPerSecond=0 -- Count.")
    gated.wait_held(1)
    editor.expect_states("streaming", "complete")
    assert editor.lua(status).startswith("1/2 · ")
    gated.release()
    editor.finished()
    assert editor.lua(status) == ""
