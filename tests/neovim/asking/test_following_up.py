"""Panes go on: one of them, some, or all, each with its own history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.neovim.editor import Editor


@pytest.fixture
def asked(editor: Editor) -> Editor:
    """Two panes with an answer each."""
    editor.do("Antiphon ask demo/terse demo/echo tokensPerSecond=0 -- First.")
    editor.finished()
    editor.lua("vim.g.antiphon = vim.tbl_extend('force', vim.g.antiphon, ...)", FAST)
    return editor


FAST = {"params": {"tokensPerSecond": 0}}


def prompts(panes: list[dict[str, Any]], prompt: str) -> list[bool]:
    return [f"## You\n\n{prompt}\n" in pane["text"] for pane in panes]


def same_as_server(editor: Editor, panes: list[dict[str, Any]]) -> bool:
    return all(editor.document(pane["uri"]) == pane["text"] for pane in panes)


def test_a_reply_goes_to_the_pane_under_the_cursor_alone(asked: Editor) -> None:
    asked.do("Antiphon reply Second.")
    panes = asked.finished(2)
    assert prompts(panes, "Second.") == [True, False]
    assert panes[0]["text"].count("## terse\n") == 2
    assert same_as_server(asked, panes)


@pytest.mark.each_neovim
def test_a_reply_to_all_goes_to_every_pane_of_the_session(asked: Editor) -> None:
    asked.do("Antiphon reply all -- Second.")
    panes = asked.finished(2)
    assert prompts(panes, "Second.") == [True, True]
    assert same_as_server(asked, panes)


def test_some_panes_can_be_chosen(asked: Editor) -> None:
    asked.do("Antiphon reply some -- Second.")
    assert asked.lua("return vim.bo.filetype") == "antiphon-panes"
    asked.keys("j<Space><CR>")
    assert prompts(asked.finished(2), "Second.") == [False, True]


def test_enter_in_a_pane_asks_for_the_reply(asked: Editor) -> None:
    asked.lua(
        "vim.ui.input = function(options, done) _G.asked = options.prompt; done('Second.') end"
    )
    asked.keys("<CR>")
    assert prompts(asked.finished(2), "Second.") == [True, False]
    assert asked.lua("return _G.asked") == "Reply to terse: "


@pytest.mark.each_neovim
def test_regenerating_puts_another_answer_in_the_place_of_the_last(asked: Editor) -> None:
    before = asked.panes()[0]
    asked.do("Antiphon regenerate demo/poet")
    pane = asked.finished(2)[0]
    assert pane["text"].startswith("## You\n\nFirst.\n\n## poet\n")
    assert pane["text"].count("\n## ") == 1
    assert pane["message"] != before["message"]
    assert pane["text"] == asked.document(pane["uri"])
    assert pane["title"] == "poet"
    asked.expect(lambda: "poet" in asked.lua("return vim.wo.winbar"), True)


def test_a_pane_that_still_answers_takes_no_reply(editor: Editor) -> None:
    editor.do("Antiphon ask demo/slow -- Speak.")
    editor.expect_states("streaming")
    editor.do("Antiphon reply More.")
    assert any("still answering" in text for text in editor.lua("return _G.told"))
    editor.do("Antiphon stop all")
    editor.finished()
