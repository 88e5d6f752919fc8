"""A passage that answers agree on, or any selection, is taken along: composer, pane, file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Editor

SENTENCE = "Use an index."

CHOOSING = """_G.offered = {}
  vim.ui.select = function(items, options, done)
    local labels = vim.tbl_map(options.format_item or tostring, items)
    table.insert(_G.offered, { prompt = options.prompt, items = labels })
    for index, text in ipairs(labels) do
      if vim.startswith(text, _G.wish) then
        return done(items[index], index)
      end
    end
    done(nil, nil)
  end
  _G.wish = ..."""


@pytest.fixture
def notes(editor: Editor) -> str:
    """A file that is open, whose cursor stands behind `index:`."""
    path = editor.place.folder / "notes.md"
    path.write_text("# Notes\n\nThe index:\n\nThe end.\n", encoding="utf-8")
    editor.do(f"edit {path}")
    editor.lua("vim.api.nvim_win_set_cursor(0, { 3, 9 })")
    return str(path)


@pytest.fixture
def agreed(editor: Editor, notes: str) -> Editor:
    """Three panes, two of which say the same, marked; the cursor is on what they say."""
    editor.do(f"Antiphon ask demo/echo demo/echo demo/poet tokensPerSecond=0 -- {SENTENCE}")
    editor.finished()
    editor.do("Antiphon consensus")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-document")
    editor.expect(here(editor), lambda text: "- " in text)
    first = editor.panes()[0]
    editor.lua("vim.api.nvim_set_current_win(...)", first["window"])
    editor.do("normal! G")
    assert editor.lua("return vim.fn.search(..., 'b')", SENTENCE) > 0
    return editor


def here(editor: Editor) -> Callable[[], str]:
    """The text of the buffer one is in."""
    return lambda: editor.lua(
        "return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')"
    )


def told(editor: Editor) -> Callable[[], list[str]]:
    return lambda: editor.lua("return _G.told")


def test_a_marked_passage_becomes_a_prompt(agreed: Editor) -> None:
    agreed.do("Antiphon take compose")
    agreed.expect(lambda: agreed.lua("return vim.bo.filetype"), "antiphon")
    assert here(agreed)() == SENTENCE
    agreed.do("wincmd p")
    agreed.do("Antiphon take compose")
    agreed.expect(here(agreed), f"{SENTENCE}\n\n{SENTENCE}")


def test_a_marked_passage_goes_to_another_pane_with_where_it_is_from(agreed: Editor) -> None:
    source, _, target = agreed.panes()
    agreed.do("Antiphon take poet")
    text = agreed.expect(lambda: agreed.panes()[2]["text"], lambda text: text.count("## ") > 2)
    added = text.removeprefix(target["text"])
    assert SENTENCE in added
    assert "> From echo, " in added
    agreed.expect(lambda: agreed.document(target["uri"]) == agreed.panes()[2]["text"], True)
    agreed.lua("vim.api.nvim_set_current_win(...)", target["window"])
    agreed.do(f"call search('{SENTENCE}', 'b')")
    agreed.expect(
        lambda: agreed.lua("return #vim.lsp.get_clients({ bufnr = 0, name = 'antiphon' })"), 1
    )
    agreed.keys("gd")
    agreed.expect(lambda: agreed.lua("return vim.api.nvim_get_current_buf()"), source["buffer"])


@pytest.mark.each_neovim
def test_a_marked_passage_goes_behind_the_last_cursor_of_a_file_as_one_change(
    agreed: Editor, notes: str
) -> None:
    buffer = agreed.lua("return vim.fn.bufnr(...)", notes)
    agreed.do("Antiphon take file")
    agreed.expect(lambda: agreed.buffer_text(notes), lambda text: f"The index:{SENTENCE}\n" in text)
    agreed.do("Antiphon take file")
    twice = f"# Notes\n\nThe index:{SENTENCE}{SENTENCE}\n\nThe end."
    agreed.expect(lambda: agreed.buffer_text(notes), twice)
    agreed.do(f"sbuffer {buffer}")
    agreed.do("undo")
    assert agreed.buffer_text(notes) == f"# Notes\n\nThe index:{SENTENCE}\n\nThe end."
    agreed.do("undo")
    assert agreed.buffer_text(notes) == "# Notes\n\nThe index:\n\nThe end."


def test_a_passage_never_breaks_a_line(agreed: Editor, notes: str) -> None:
    agreed.lua(
        "vim.api.nvim_win_set_cursor(vim.fn.win_findbuf(vim.fn.bufnr(...))[1], { 3, 4 })", notes
    )
    agreed.do("Antiphon take file")
    text = f"# Notes\n\nThe index:\n{SENTENCE}\n\nThe end."
    agreed.expect(lambda: agreed.buffer_text(notes), text)


def test_a_passage_goes_into_a_file_that_is_not_open_yet(agreed: Editor) -> None:
    path = agreed.place.folder / "other.txt"
    path.write_text("", encoding="utf-8")
    agreed.do(f"Antiphon take file={path}")
    agreed.expect(lambda: agreed.buffer_text(str(path)), SENTENCE)
    agreed.do(f"Antiphon take file={agreed.place.folder}")
    agreed.expect(told(agreed), lambda found: "cannot be opened" in found[-1])


@pytest.mark.each_neovim
def test_the_editors_code_actions_offer_the_passage(agreed: Editor, notes: str) -> None:
    agreed.lua(CHOOSING, "Take this passage")
    agreed.lua("vim.lsp.buf.code_action()")
    offered: list[Any] = agreed.expect(
        lambda: agreed.lua("return _G.offered"), lambda found: len(found) == 2
    )
    assert any("Take this passage…" in item for item in offered[0]["items"])
    assert offered[1]["prompt"] == "Take this passage into"
    assert offered[1]["items"][:2] == ["the composer", "other panes …"]
    assert any("notes.md, line 3" in item for item in offered[1]["items"])
    agreed.lua("_G.offered = {}")
    agreed.do("normal! gg")
    agreed.lua("vim.lsp.buf.code_action()")
    agreed.expect(told(agreed), lambda found: "No code actions available" in found)
    agreed.do("Antiphon consensus")
    attached = "return #vim.lsp.get_clients({ bufnr = 0, name = 'antiphon-passages' })"
    assert agreed.lua(attached) == 0


def test_what_is_selected_is_taken_and_nothing_more(agreed: Editor, notes: str) -> None:
    agreed.lua(CHOOSING, "the composer")
    agreed.keys("0f lve")
    agreed.expect(lambda: agreed.lua("return vim.fn.mode()"), "v")
    agreed.keys("p")
    agreed.expect(lambda: agreed.lua("return vim.bo.filetype"), "antiphon")
    assert here(agreed)() == "an"
    agreed.do("wincmd p")
    agreed.keys("Vp")
    agreed.expect(lambda: agreed.lua("return vim.bo.filetype"), "antiphon")
    agreed.expect(here(agreed), f"an\n\n{SENTENCE}")


def test_a_line_of_the_overview_is_taken_from_where_it_is_said(agreed: Editor) -> None:
    agreed.do("wincmd b")
    agreed.do(f"call search('^- {SENTENCE}')")
    agreed.do("Antiphon take poet")
    text = agreed.expect(lambda: agreed.panes()[2]["text"], lambda text: text.count("## ") > 2)
    assert "> From echo, " in text
    agreed.do("normal! gg")
    agreed.do("Antiphon take poet")
    agreed.expect(told(agreed), lambda found: "no passage here" in found[-1])


def test_the_pane_that_it_goes_to_is_chosen_in_the_small_window(agreed: Editor) -> None:
    agreed.lua(CHOOSING, "other panes")
    agreed.keys("p")
    agreed.expect(lambda: agreed.lua("return vim.bo.filetype"), "antiphon-targets")
    agreed.keys("j<CR>")
    agreed.expect(lambda: agreed.panes()[2]["text"].count("## "), lambda count: count > 2)


def test_what_nobody_sees_goes_into_no_file_unasked(editor: Editor, notes: str) -> None:
    editor.do("Antiphon ask demo/echo tokensPerSecond=0 -- Trojan \u202e source.")
    editor.finished()
    editor.lua(CHOOSING, "Do not")
    editor.do("/Trojan/Antiphon take file")
    offered = editor.expect(lambda: editor.lua("return _G.offered"), lambda found: len(found) == 1)
    assert "U+202E" in offered[0]["prompt"]
    assert "Trojan" not in editor.buffer_text(notes)
    editor.lua("_G.wish = 'Take it'")
    editor.do("/Trojan/Antiphon take file")
    editor.expect(lambda: editor.buffer_text(notes), lambda text: "Trojan \u202e source." in text)


def test_what_cannot_be_taken_is_said(editor: Editor, notes: str) -> None:
    editor.do("Antiphon take")
    editor.expect(told(editor), lambda found: "no passage here" in found[-1])
    editor.do("2Antiphon take compose")
    editor.expect(told(editor), lambda found: "nothing to take" in found[-1])
    editor.do("1Antiphon take poet")
    editor.expect(told(editor), lambda found: "only what stands in a pane" in found[-1])
    editor.do("set nomodifiable")
    editor.do(f"1Antiphon take file={notes}")
    editor.expect(told(editor), lambda found: "cannot be changed" in found[-1])
