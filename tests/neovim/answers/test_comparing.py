"""Answers beside each other in Neovim's own diff: live, and without losing the panes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.faults.client import FaultServer
    from support.neovim.editor import Editor

ASK = "Antiphon ask demo/terse demo/poet tokensPerSecond=0 -- What is an antiphon?"

SIDES = """return vim.tbl_map(function(window)
  local buffer = vim.api.nvim_win_get_buf(window)
  return {
    diff = vim.wo[window].diff,
    bar = vim.api.nvim_eval_statusline(vim.wo[window].winbar, { winid = window }).str,
    text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\\n'),
    name = vim.api.nvim_buf_get_name(buffer),
  }
end, vim.api.nvim_tabpage_list_wins(0))"""

LAYOUT = """return vim.tbl_map(function(window)
  local options = {}
  for name in pairs(vim.api.nvim_get_all_options_info()) do
    local ok, value = pcall(vim.api.nvim_get_option_value, name, { win = window })
    if ok and vim.api.nvim_get_option_info2(name, {}).scope == 'win' then
      options[name] = value
    end
  end
  return { window, vim.api.nvim_win_get_buf(window), vim.api.nvim_win_get_cursor(window),
           vim.api.nvim_win_get_width(window), options }
end, vim.api.nvim_tabpage_list_wins(0))"""

DIFFERENT = """local found = 0
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    vim.api.nvim_win_call(window, function()
      for line = 1, vim.fn.line('$') do
        found = found + (vim.fn.diff_hlID(line, 1) > 0 and 1 or 0)
      end
    end)
  end
  return found"""


def sides(editor: Editor) -> list[dict[str, Any]]:
    return editor.lua(SIDES)


def answer(pane: dict[str, Any]) -> str:
    return pane["text"].split("\n\n", 3)[3]


def expect_texts(editor: Editor, wanted: list[str]) -> None:
    editor.expect(lambda: [side["text"].rstrip("\n") for side in sides(editor)], wanted)


@pytest.mark.each_neovim
def test_two_answers_are_compared_and_the_panes_are_as_before(editor: Editor) -> None:
    editor.do(ASK)
    panes = editor.finished()
    before = editor.lua(LAYOUT)
    editor.keys("D")
    expect_texts(editor, [answer(pane).rstrip("\n") for pane in panes])
    assert [side["diff"] for side in sides(editor)] == [True, True]
    assert all("antiphon:/message/" in side["name"] for side in sides(editor))
    editor.expect(lambda: editor.lua(DIFFERENT), lambda found: found > 0)
    alike = editor.expect(
        lambda: [side["bar"] for side in sides(editor)],
        lambda bars: all("% alike" in bar for bar in bars),
    )
    assert "terse" in alike[0]
    assert "poet" in alike[1]
    editor.do("Antiphon compare")
    assert editor.lua(LAYOUT) == before
    assert editor.lua("return #vim.api.nvim_list_tabpages()") == 2


WORDS = """local found = {}
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local buffer, words = vim.api.nvim_win_get_buf(window), {}
    local space = vim.api.nvim_create_namespace('antiphon-compare')
    for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buffer, space, 0, -1, {details = true})) do
      local to = mark[4]
      words[#words + 1] = table.concat(
        vim.api.nvim_buf_get_text(buffer, mark[2], mark[3], to.end_row, to.end_col, {}), '\\n')
    end
    found[#found + 1] = words
  end
  return found"""


def test_the_words_that_differ_are_marked(editor: Editor) -> None:
    editor.do("Antiphon ask demo/echo demo/echo tokensPerSecond=0 -- One é two 😀 three.")
    editor.finished()
    editor.lua("""for index, words in ipairs({'One é two 😀 three.', 'One é 2 😀 three.'}) do
        vim.api.nvim_set_current_win(vim.api.nvim_tabpage_list_wins(0)[index])
        require('antiphon').reply({ prompt = words })
        vim.wait(8000, function() return #vim.tbl_filter(function(e)
          return e.name == 'AntiphonDone' end, _G.seen) == index + 1 end, 10)
      end""")
    editor.finished(3)
    editor.do("Antiphon compare")
    editor.expect(lambda: editor.lua(WORDS), lambda found: ["2"] in found and ["two"] in found)


@pytest.mark.each_neovim
def test_a_comparison_lives_while_both_still_stream(gated: FaultServer, editor: Editor) -> None:
    editor.do("Antiphon ask gate/gate-3-6 gate/gate-4-6 -- Count.")
    gated.wait_held(2)
    editor.expect(editor.states, ["streaming", "streaming"])
    editor.do("Antiphon compare all")
    first = [
        side["text"]
        for side in editor.expect(
            lambda: sides(editor), lambda found: all("t2" in side["text"] for side in found)
        )
    ]
    assert "t3" not in first[0]
    assert "t3" in first[1]
    editor.expect(lambda: sides(editor)[0]["bar"], lambda bar: "streaming" in bar)
    gated.release()
    panes = editor.finished()
    expect_texts(editor, [answer(pane).rstrip("\n") for pane in panes])
    editor.expect(lambda: sides(editor)[0]["bar"], lambda bar: "100% alike" in bar)
    editor.keys("q")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-answer")


def test_a_follow_up_takes_its_place_in_an_open_comparison(editor: Editor) -> None:
    editor.do(ASK)
    pane = editor.finished()[0]
    editor.do("Antiphon compare poet")
    editor.lua(
        """local asking = require('antiphon.ask')
        asking.reply({ prompt = 'And now?', panes = { require('antiphon.panes').get(...) },
                       params = { tokensPerSecond = 0 } })""",
        pane["id"],
    )
    last = editor.finished(2)[0]
    editor.expect(lambda: sides(editor)[0]["name"], lambda name: last["message"] in name)
    expected = last["text"].rsplit("## terse\n\n", 1)[1].rstrip("\n")
    editor.expect(lambda: sides(editor)[0]["text"].rstrip("\n"), expected)


def test_an_answer_is_compared_with_a_file(editor: Editor) -> None:
    path = editor.place.folder / "notes.txt"
    path.write_text("A note.\n", encoding="utf-8")
    editor.do(f"edit {path}")
    editor.do("setlocal number")
    editor.do(ASK)
    editor.finished()
    editor.do(f"Antiphon compare file={path}")
    editor.expect(
        lambda: [side["bar"] for side in sides(editor)], lambda bars: "% alike" in bars[1]
    )
    assert sides(editor)[1]["text"] == "A note."
    editor.do("Antiphon compare")
    editor.do("tabfirst")
    assert editor.lua("return { vim.wo.diff, vim.wo.number, vim.wo.scrollbind }") == [
        False,
        True,
        False,
    ]


def test_what_cannot_be_compared_is_said(editor: Editor) -> None:
    editor.do("Antiphon compare")
    editor.do("Antiphon ask demo/terse tokensPerSecond=0 -- Hello.")
    editor.finished()
    editor.do("Antiphon compare all")
    editor.do("Antiphon compare terse terse")
    editor.do("Antiphon compare nobody")
    told = editor.lua("return _G.told")
    assert [
        any(words in text for text in told)
        for words in ("no pane here", "2 to 8 answers", "with itself", "no pane `nobody`")
    ] == [True] * 4
    assert editor.lua("return vim.wo.diff") is False


@pytest.mark.each_neovim
def test_a_comparison_of_eight_panes_survives_closing_the_editor_and_comes_back_whole(
    start: Callable[..., Editor],
) -> None:
    models = "terse chatty poet coder unicode echo terse poet"
    first = start(columns=200)
    asked = " ".join(f"demo/{name}" for name in models.split())
    first.do(f"Antiphon ask {asked} tokensPerSecond=0 -- What is an antiphon?")
    session = first.finished()[0]["session"]
    first.do("Antiphon compare all")
    before = expect_eight(first)
    first.close()

    second = start(columns=200)
    second.do(f"Antiphon open {session}")
    second.expect(lambda: len(second.events("AntiphonSessionOpened")), 1)
    second.do("Antiphon compare all")
    assert expect_eight(second) == before


def expect_eight(editor: Editor) -> list[dict[str, Any]]:
    """The sides of a comparison of eight, once they are all there."""
    found = editor.expect(
        lambda: sides(editor),
        lambda found: (
            len(found) == 8
            and all(side["diff"] and len(side["text"]) > 10 for side in found)
            and sum("% like terse" in side["bar"] for side in found) == 7
        ),
    )
    return sorted(found, key=lambda side: side["name"])


def test_the_list_of_answers_stays_open_until_there_are_two_to_compare(editor: Editor) -> None:
    editor.do("Antiphon ask demo/terse demo/poet demo/echo tokensPerSecond=0 -- What is a canon?")
    editor.finished()
    editor.keys("D")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-panes")
    editor.keys("gg<CR>")
    assert editor.lua("return vim.bo.filetype") == "antiphon-panes"
    editor.keys("j<CR>")
    editor.expect(lambda: [side["diff"] for side in sides(editor)], [True, True])


def test_one_key_compares_with_the_pane_below(editor: Editor) -> None:
    editor.do("Antiphon ask demo/terse demo/poet demo/echo tokensPerSecond=0 -- What is a canon?")
    editor.finished()
    editor.keys("D")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-panes")
    editor.keys("<CR>")
    editor.expect(lambda: [side["diff"] for side in sides(editor)], [True, True])
