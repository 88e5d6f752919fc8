"""What comes from models is text: it runs nothing, asks nobody, hides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.neovim.editor import Editor

HIDDEN = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]
HIDDEN += [0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0xE0001, 0xE0041, 0xE007F]


def ask_echo(editor: Editor, prompt: str) -> None:
    editor.lua(
        """require('antiphon').ask({ models = { 'demo/echo' }, prompt = ...,
                                     params = { tokensPerSecond = 0 } })""",
        prompt,
    )
    editor.finished()


def test_pictures_and_links_of_an_answer_ask_nobody(
    editor: Editor, listener: tuple[str, list[bytes]]
) -> None:
    url, received = listener
    ask_echo(
        editor, f"![x]({url}/a.png) [run](command:evil) <img src='{url}/b'> ![y][z]\n\n[z]: {url}/c"
    )
    editor.do("edit!")
    assert received == []


@pytest.mark.each_neovim
def test_a_modeline_in_an_answer_sets_nothing(editor: Editor) -> None:
    editor.do("set modeline modelines=50 modelineexpr")
    ask_echo(editor, "// vim: set tabstop=3 shiftwidth=3 makeprg=evil:\n\nvim: ft=lua tabstop=3")
    pane = editor.panes()[0]
    options = "return { vim.bo.tabstop, vim.bo.filetype, vim.bo.modeline, vim.o.makeprg }"
    expected = [8, "antiphon-answer", False, "make"]
    assert editor.lua(options) == expected
    editor.do("edit!")
    assert editor.lua(options) == expected
    message = pane["uri"].replace("/pane/", "/message/").rpartition("/")
    editor.do(f"edit {message[0]}/{pane['message']}/echo")
    editor.expect(lambda: editor.lua("return vim.api.nvim_buf_line_count(0)"), lambda n: n >= 3)
    assert editor.lua(options) == [8, "antiphon-document", False, "make"]


@pytest.mark.each_neovim
def test_characters_that_nobody_would_see_are_seen(editor: Editor) -> None:
    ask_echo(editor, "\n\n".join(f"a{chr(code)}b" for code in HIDDEN))
    heading = editor.lua("return vim.fn.search('^## echo')")
    shown: list[str] = []
    for index in range(len(HIDDEN)):
        line = heading + 2 + 2 * index
        shown.append(
            editor.lua(
                """vim.fn.cursor(..., 1)
                vim.cmd('normal! zt')
                vim.cmd.redraw()
                local place, text = vim.fn.screenpos(0, ..., 1), ''
                for column = place.col, place.col + 12 do
                  text = text .. vim.fn.screenstring(place.row, column)
                end
                return vim.trim(text)""",
                line,
            )
        )
    wanted = [f"<{code:04x}>" for code in HIDDEN]
    hidden = [(want, text) for want, text in zip(wanted, shown, strict=True) if want not in text]
    assert hidden == []


def test_pictures_that_are_joined_stay_pictures(editor: Editor) -> None:
    ask_echo(editor, "A family: 👩\u200d👩\u200d👧, a flag: 🏳\ufe0f\u200d🌈.")
    count = editor.lua("""return #vim.api.nvim_buf_get_extmarks(
      0, vim.api.nvim_create_namespace('antiphon-unseen'), 0, -1, {})""")
    assert count == 0
