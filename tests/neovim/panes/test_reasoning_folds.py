"""The reasoning of a model is folded above its answer, if the user asked to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Editor, Place

CLOSED = """
    local window = vim.fn.bufwinid(vim.fn.bufnr(...))
    return vim.api.nvim_win_call(window, function()
      local line = vim.fn.search([[\\V> **Thinking**]], 'nw')
      return { vim.fn.foldclosed(line) == line, vim.fn.foldclosed(line - 1) }
    end)
"""


@pytest.mark.each_neovim
def test_reasoning_is_folded_once_the_answer_is_there(
    place: Place, start: Callable[..., Editor]
) -> None:
    place.settings = {"stream": {"reasoning": "show"}}
    editor = start()
    editor.do("Antiphon ask demo/thinker -- Why?")
    (pane,) = editor.finished()
    assert "\n> **Thinking**\n" in pane["text"]
    editor.expect(lambda: editor.lua(CLOSED, pane["buffer"]), [True, -1])


def test_who_folds_otherwise_is_left_alone(place: Place, start: Callable[..., Editor]) -> None:
    place.settings = {"stream": {"reasoning": "show"}}
    editor = start()
    editor.do("set foldmethod=indent")
    editor.do("Antiphon ask demo/thinker -- Why?")
    (pane,) = editor.finished()
    assert editor.lua(CLOSED, pane["buffer"]) == [False, -1]
