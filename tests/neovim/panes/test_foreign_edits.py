"""A pane that somebody else has edited is read again, and shows all of its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor

TRIM = """local buffer = ...
  vim.bo[buffer].modifiable = true
  local last = vim.api.nvim_buf_line_count(buffer)
  local line = vim.api.nvim_buf_get_lines(buffer, last - 1, last, false)[1]
  vim.api.nvim_buf_set_lines(buffer, last - 1, last, false, { (line:gsub('%s+$', '')) })
  vim.bo[buffer].modifiable = false"""


def type_over(editor: Editor) -> None:
    """A person makes the pane modifiable and deletes some of it."""
    editor.keys(":setlocal modifiable<CR>ggdGithis is mine<Esc>")
    editor.expect(lambda: editor.lua("return vim.api.nvim_get_current_line()"), "this is mine")


def trim(editor: Editor) -> None:
    """Another plugin removes the blank at the end."""
    editor.lua(TRIM, editor.panes()[0]["buffer"])


@pytest.mark.each_neovim
@pytest.mark.parametrize("edit", [trim, type_over])
def test_the_rest_of_an_edited_answer_is_shown(
    gated: FaultServer, editor: Editor, edit: Callable[[Editor], None]
) -> None:
    editor.do("Antiphon ask gate/gate-30-60 -- Count.")
    gated.wait_held(1)
    editor.expect(lambda: editor.panes()[0]["text"].endswith("t29 "), True)
    edit(editor)
    gated.release()
    pane = editor.finished()[0]
    whole = editor.document(pane["uri"])
    assert whole.endswith("t59 \n")
    editor.expect(lambda: editor.buffer_text(pane["uri"]), whole)
    edit(editor)
    editor.keys(":Antiphon reply And again?<CR>")
    gated.wait_held(1)
    gated.release()
    pane = editor.finished(2)[0]
    whole = editor.document(pane["uri"])
    assert whole.count("t59 \n") == 2
    editor.expect(lambda: editor.buffer_text(pane["uri"]), whole)
    assert editor.states() == ["complete"]
    told = editor.lua("return _G.told")
    assert told == []


def test_an_edited_answer_is_regenerated_in_its_place(gated: FaultServer, editor: Editor) -> None:
    editor.do("Antiphon ask gate/ok -- Count.")
    editor.finished()
    type_over(editor)
    editor.keys("R")
    pane = editor.finished(2)[0]
    editor.expect(lambda: editor.buffer_text(pane["uri"]), editor.document(pane["uri"]))
