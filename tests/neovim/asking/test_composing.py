"""Prompts are written in a buffer, with what they are about, and sent by writing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.neovim.editor import Editor

ASKED = "## You\n\n{}\n"


@pytest.fixture
def note(editor: Editor, tmp_path: Path) -> Editor:
    """A buffer with three lines that were never saved."""
    editor.do(f"edit {tmp_path}/note.txt")
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, ...)", ["one äö😀", "two", "three"])
    return editor


def write_and_send(editor: Editor, *lines: str) -> None:
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, {...})", *lines)
    editor.keys(":w<CR>")


def bar(editor: Editor) -> str:
    return editor.lua("return vim.wo.winbar")


@pytest.mark.each_neovim
def test_writing_the_composer_sends_it_and_closes_it(editor: Editor) -> None:
    editor.do("Antiphon compose demo/terse demo/echo tokensPerSecond=0 --")
    assert editor.lua("return vim.bo.filetype") == "antiphon"
    write_and_send(editor, "A long prompt", "", "of two paragraphs.")
    panes = editor.finished()
    prompt = ASKED.format("A long prompt\n\nof two paragraphs.")
    assert all(pane["text"].startswith(prompt) for pane in panes)
    assert editor.lua("return vim.fn.bufnr('antiphon://compose/1')") == -1


@pytest.mark.each_neovim
def test_the_estimate_is_shown_before_sending(editor: Editor) -> None:
    editor.do("Antiphon compose demo/terse --")
    editor.keys("iWhat does this cost?")
    editor.expect(lambda: bar(editor), lambda text: "tokens · $0.00" in text)


def test_what_a_question_may_cost_is_said_before_it_is_sent(editor: Editor) -> None:
    editor.lua("""vim.api.nvim_echo = function(chunks)
        _G.echoed = chunks[1][1]
      end""")
    editor.do("Antiphon ask demo/terse tokensPerSecond=0 -- What does this cost?")
    editor.finished()
    assert "tokens · $0.00" in editor.lua("return _G.echoed")


def test_an_expensive_question_waits_for_a_yes(editor: Editor) -> None:
    editor.lua("""local figures = require('antiphon.server.client')
      local command = figures.command
      figures.command = function(name, argument, answer)
        if name ~= 'antiphon.estimate' then return command(name, argument, answer) end
        local cost = { min = '0.01', likely = '0.5', max = '3' }
        answer(nil, { total = { inputTokens = 1204, cost = cost, unpriced = 0 } })
      end
      vim.ui.select = function(items, options, done)
        _G.asked = options.prompt
        done(items[_G.index], _G.index)
      end
      _G.index = 2""")
    ask = "Antiphon ask demo/terse tokensPerSecond=0 -- Why?"
    editor.do(ask)
    assert editor.lua("return _G.asked") == "about 1,204 tokens · $0.50\u20133.00"
    assert editor.lua("return #vim.api.nvim_list_tabpages()") == 1
    assert editor.events("AntiphonStart") == []
    editor.lua("_G.index = 1")
    editor.do(ask)
    assert editor.finished()[0]["state"] == "complete"


def test_a_refused_question_stays_in_its_composer(editor: Editor) -> None:
    editor.do("Antiphon compose nowhere/model --")
    write_and_send(editor, "Precious words.")
    editor.expect(lambda: bar(editor), lambda text: "nowhere" in text.split(" · ", 1)[-1])
    assert editor.lua("return vim.api.nvim_get_current_line()") == "Precious words."
    assert editor.lua("return vim.bo.modified") is True


def test_the_models_that_were_asked_last_are_asked_again(editor: Editor) -> None:
    editor.do("Antiphon ask demo/poet tokensPerSecond=0 -- Hello.")
    editor.finished()
    editor.do("Antiphon compose")
    editor.expect(lambda: bar(editor), lambda text: "To demo/poet" in text)


def test_a_longer_reply_is_composed(editor: Editor) -> None:
    editor.do("Antiphon ask demo/echo tokensPerSecond=0 -- First.")
    editor.finished()
    editor.keys("C")
    editor.expect(lambda: bar(editor), lambda text: "Reply to echo" in text)
    write_and_send(editor, "Second.")
    assert ASKED.format("Second.") in editor.finished(2)[0]["text"]


def test_lines_go_along_as_they_are_in_the_editor(note: Editor) -> None:
    note.do("2,3Antiphon ask demo/terse tokensPerSecond=0 -- Explain.")
    text = note.finished()[0]["text"]
    assert "note.txt, lines 2 to 3" in text
    sent = note.lua("return require('antiphon.ask.context').lines(...)", buffer_of(note), 2, 3)
    assert sent["text"] == "two\nthree\n"


def test_a_selection_within_a_line_goes_along_alone(note: Editor) -> None:
    note.keys("gg0wvl<Esc>")
    item = note.lua("return require('antiphon.ask.context').selection(0, 1, 1)")
    assert item["text"] == "äö"
    assert item["range"] == {
        "start": {"line": 0, "character": 4},
        "end": {"line": 0, "character": 6},
    }


def test_a_file_goes_along_by_its_name(note: Editor, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("print()\n", encoding="utf-8")
    file = f"file={tmp_path}/other.py"
    note.do(f"Antiphon ask demo/terse {file} tokensPerSecond=0 -- Explain.")
    assert "With " in note.finished()[0]["text"]


def test_a_file_that_cannot_be_read_is_named_and_nothing_is_sent(editor: Editor) -> None:
    editor.do("Antiphon ask demo/terse file=missing.txt -- Explain.")
    assert editor.lua("return _G.told") == ["Antiphon: missing.txt cannot be read"]
    assert editor.events("AntiphonStart") == []


def buffer_of(editor: Editor) -> int:
    return editor.lua("return vim.fn.bufnr('note.txt')")
