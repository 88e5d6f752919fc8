"""A person reads while text arrives: nothing moves that they did not move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.faults.client import FaultServer
    from support.neovim.editor import Editor

HELD = "Antiphon ask gate/gate-2000-2400 gate/gate-1-2 -- Count."


def view(editor: Editor) -> dict[str, Any]:
    return editor.lua("return vim.fn.winsaveview()")


def is_at_end(editor: Editor, window: int) -> bool:
    return editor.lua(
        """local window = ...
        local last = vim.api.nvim_buf_line_count(vim.api.nvim_win_get_buf(window))
        return vim.api.nvim_win_get_cursor(window)[1] == last
          and vim.fn.line('w$', window) == last""",
        window,
    )


@pytest.fixture
def held(gated: FaultServer, editor: Editor) -> Editor:
    """A pane of 2,000 tokens that wait for 400 more, and a short one beside it."""
    editor.do(HELD)
    gated.wait_held(2)
    editor.expect(lambda: editor.panes()[0]["text"].endswith("t1999 "), True)
    return editor


@pytest.mark.each_neovim
def test_the_end_is_followed_from_the_end(held: Editor, gated: FaultServer) -> None:
    window = held.panes()[0]["window"]
    assert is_at_end(held, window)
    gated.release()
    held.finished()
    assert is_at_end(held, window)


@pytest.mark.each_neovim
def test_the_place_of_a_reader_stays(held: Editor, gated: FaultServer) -> None:
    held.do("normal! gg")
    before = view(held)
    gated.release()
    text = held.finished()[0]["text"]
    assert text.endswith("t2399 \n")
    assert view(held) == before


def test_a_growing_selection_is_not_pulled_along(held: Editor, gated: FaultServer) -> None:
    held.do("normal! G")
    held.keys("v")
    before = view(held)
    gated.release()
    held.finished()
    assert view(held) == before


def test_the_focus_stays_where_the_person_went(held: Editor, gated: FaultServer) -> None:
    held.do("tabfirst")
    held.keys("itypi")
    window = held.lua("return vim.api.nvim_get_current_win()")
    gated.release()
    held.finished()
    held.keys("ng")
    held.expect(lambda: held.lua("return vim.api.nvim_get_current_line()"), "typing")
    assert held.lua("return vim.api.nvim_get_current_win()") == window
    assert held.lua("return vim.fn.mode()") == "i"


@pytest.mark.each_neovim
def test_nothing_can_be_undone_or_typed_into_an_answer(held: Editor, gated: FaultServer) -> None:
    gated.release()
    text = held.finished()[0]["text"]
    for keys in ("u", "<C-r>", "ifoo<Esc>", "dd", ":silent! undo 0<CR>"):
        held.keys(keys)
    pane = held.panes()[0]
    assert pane["text"] == text
    assert held.lua("return vim.bo[...].modified", pane["buffer"]) is False


@pytest.mark.each_neovim
def test_highlighting_is_cheap_until_the_text_has_settled(held: Editor, gated: FaultServer) -> None:
    short = held.panes()[1]["buffer"]
    look = "return { vim.bo[...].syntax, vim.b[...].ts_highlight or false }"
    assert held.lua(look, short) == ["antiphon-answer", False]
    gated.release()
    held.finished()
    has_parser = held.lua("return (pcall(vim.treesitter.language.inspect, 'markdown'))")
    assert held.lua(look, short)[1] is has_parser


def test_a_lost_frame_is_noticed_and_made_up_for(held: Editor, gated: FaultServer) -> None:
    held.lua("""local stream = require('antiphon.server.progress')
      local deliver = stream.on_progress
      stream.on_progress = function(err, params, context)
        local events = params.value.events
        if events and #events > 0 and events[1].type == 'token' then
          stream.on_progress = deliver
          return
        end
        return deliver(err, params, context)
      end""")
    gated.release()
    held.finished()
    pane = held.panes()[0]
    whole = held.document(pane["uri"])
    assert whole.endswith("t2399 \n")
    held.expect(lambda: held.buffer_text(pane["uri"]), whole)
    held.expect(held.states, ["complete", "complete"])


def test_a_pane_that_is_wiped_while_it_streams_comes_back_whole(
    held: Editor, gated: FaultServer
) -> None:
    uri = held.panes()[0]["uri"]
    held.do("%bwipeout!")
    assert held.panes() == []
    held.do(f"edit {uri}")
    held.expect(lambda: held.buffer_text(uri).endswith("t1999 "), True)
    gated.release()
    held.finished()
    whole = held.document(uri)
    assert whole.endswith("t2399 \n")
    held.expect(lambda: held.buffer_text(uri), whole)
    assert held.states() == ["complete"]


@pytest.mark.each_neovim
def test_a_session_opens_at_its_end_and_a_reply_goes_there(
    gated: FaultServer, editor: Editor
) -> None:
    editor.do("Antiphon ask gate/ok gate/gate-2000-2001 -- Count.")
    gated.wait_held(1)
    gated.release()
    session = editor.finished()[0]["session"]
    editor.do("%bwipeout!")
    assert editor.panes() == []
    editor.do(f"Antiphon open {session}")
    editor.expect(lambda: len(editor.events("AntiphonSessionOpened")), 1)
    windows = [pane["window"] for pane in editor.panes()]
    assert all(is_at_end(editor, window) for window in windows)
    editor.do("windo normal! gg")
    editor.do("Antiphon reply all -- And again?")
    gated.wait_held(1)
    editor.expect(lambda: "And again?" in editor.panes()[1]["text"], True)
    assert is_at_end(editor, windows[1])
    gated.release()
    editor.finished(2)
    assert all(is_at_end(editor, window) for window in windows)


def test_turns_are_walked_from_heading_to_heading(editor: Editor) -> None:
    editor.do("Antiphon ask demo/terse tokensPerSecond=0 -- First.")
    editor.finished()
    editor.lua("vim.g.antiphon = vim.tbl_extend('force', vim.g.antiphon, { params = ... })", FAST)
    editor.do("Antiphon reply Second.")
    editor.finished(2)
    editor.do("normal! gg")
    lines = []
    for _ in range(3):
        editor.keys("]]")
        lines.append(editor.lua("return vim.api.nvim_get_current_line()"))
    assert lines == ["## terse", "## You", "## terse"]
    editor.keys("[[")
    assert editor.lua("return vim.fn.line('.')") > 1
    assert editor.lua("return vim.api.nvim_get_current_line()") == "## You"


FAST = {"tokensPerSecond": 0}
