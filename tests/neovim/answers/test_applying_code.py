"""Code of an answer goes back to its file: seen first, one edit, one step to undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.neovim.editor import Editor

BEFORE = "def add(a, b):\n    return a - b\n"
AFTER = "def add(a, b):\n    return a + b\n"


@pytest.fixture
def file(editor: Editor) -> Path:
    """A file that is open and was sent along; an answer has it in a block of code."""
    path = editor.place.folder / "adding.py"
    path.write_text(BEFORE, encoding="utf-8")
    editor.do(f"cd {editor.place.folder}")
    editor.do(f"edit {path}")
    return path


def ask(editor: Editor, code: str) -> None:
    """An answer that says `code` in a block, with the file as context."""
    editor.lua(
        """require('antiphon').ask({
          models = { 'demo/echo' },
          prompt = 'So:\\n\\n```python\\n' .. ... .. '```\\n',
          context = { require('antiphon.ask.context').lines(0, 1, 2) },
          params = { tokensPerSecond = 0 },
        })""",
        code,
    )
    editor.finished()
    editor.lua("vim.fn.cursor(vim.fn.line('$'), 1); vim.fn.search('return', 'b')")


DIFFED = """return vim.tbl_map(function(window)
  return { vim.wo[window].diff, table.concat(vim.api.nvim_buf_get_lines(
    vim.api.nvim_win_get_buf(window), 0, -1, false), '\\n') }
end, vim.api.nvim_tabpage_list_wins(0))"""


@pytest.mark.each_neovim
def test_code_is_seen_in_a_diff_accepted_and_undone_in_one_step(editor: Editor, file: Path) -> None:
    ask(editor, AFTER)
    editor.do("Antiphon apply")
    editor.expect(
        lambda: editor.lua(DIFFED),
        lambda found: (
            [diff for diff, _ in found] == [True, True]
            and [text for _, text in found] == [BEFORE.rstrip("\n"), AFTER.rstrip("\n")]
        ),
    )
    editor.keys("<CR>")
    editor.expect(lambda: editor.buffer_text(str(file)), AFTER.rstrip("\n"))
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-answer")
    assert file.read_text(encoding="utf-8") == BEFORE
    editor.do("tabfirst")
    assert editor.lua("return vim.wo.diff") is False
    editor.do("normal! u")
    assert editor.buffer_text(str(file)) == BEFORE.rstrip("\n")


def test_leaving_changes_nothing(editor: Editor, file: Path) -> None:
    ask(editor, AFTER)
    editor.do("Antiphon apply")
    editor.expect(lambda: len(editor.windows()), 2)
    editor.keys("q")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-answer")
    assert editor.buffer_text(str(file)) == BEFORE.rstrip("\n")


def test_unseen_characters_are_named_and_asked_about(editor: Editor, file: Path) -> None:
    ask(editor, "def add(a, b):\n    return a + b  # \u202e\u2066x\n")
    editor.lua("""_G.prompts = {}
      vim.ui.select = function(items, options, done)
        table.insert(_G.prompts, options.prompt)
        done(items[#_G.prompts], #_G.prompts)
      end""")
    editor.do("Antiphon apply")
    editor.expect(lambda: len(editor.windows()), 2)
    editor.expect(lambda: editor.lua("return vim.wo.winbar"), lambda bar: "2 unseen" in bar)
    editor.keys("<CR>")
    prompt = editor.expect(lambda: editor.lua("return _G.prompts[1]"), lambda text: text)
    assert "U+202E" in prompt
    assert editor.buffer_text(str(file)) == BEFORE.rstrip("\n")
    editor.keys("<CR>")
    editor.expect(lambda: editor.buffer_text(str(file)), lambda text: "\u202e" in text)


def test_what_was_not_saved_is_what_is_changed(editor: Editor, file: Path) -> None:
    ask(editor, AFTER)
    editor.lua(
        "vim.api.nvim_buf_set_lines(vim.fn.bufnr(...), 0, 0, false, { '# unsaved' })", str(file)
    )
    editor.do(f"Antiphon apply file={file}")
    editor.expect(
        lambda: editor.lua(DIFFED),
        lambda found: len(found) == 2 and found[0][1].startswith("# unsaved"),
    )
    editor.expect(
        lambda: editor.lua(DIFFED), lambda found: found[1][1].rstrip("\n") == AFTER.rstrip("\n")
    )
    editor.lua("""vim.ui.select = function(items, options, done)
        _G.asked = options.prompt
        done(items[2], 2)
      end""")
    editor.keys("<CR>")
    editor.expect(lambda: editor.buffer_text(str(file)), AFTER.rstrip("\n"))
    assert "are not what the model was shown" in editor.lua("return _G.asked")


def test_where_there_is_no_code_that_is_said(editor: Editor, file: Path) -> None:
    ask(editor, AFTER)
    editor.do("normal! gg")
    editor.do("Antiphon apply")
    editor.expect(lambda: len(editor.lua("return _G.told")), 1)
    assert editor.buffer_text(str(file)) == BEFORE.rstrip("\n")


@pytest.mark.each_neovim
def test_a_block_is_yanked_by_a_key(editor: Editor, file: Path) -> None:
    ask(editor, AFTER)
    editor.keys("gy")
    editor.expect(lambda: editor.lua("return vim.fn.getreg('\"')"), AFTER)
    assert editor.lua("return vim.fn.getregtype('\"')") == "V"
    editor.keys('gg"agy')
    editor.expect(lambda: editor.lua("return #_G.told"), 2)
    assert "no block of code here" in editor.lua("return _G.told")[-1]


def test_the_lines_that_went_along_are_found_and_the_pane_stays(editor: Editor, file: Path) -> None:
    file.write_text(BEFORE * 3, encoding="utf-8")
    editor.do("edit!")
    editor.do("5,6Antiphon ask demo/echo tokensPerSecond=0 -- Explain.")
    pane = editor.finished()[0]
    editor.do("normal! gg")
    editor.keys("gd")
    editor.expect(lambda: editor.lua("return vim.fn.expand('%:t')"), "adding.py")
    assert editor.lua("return vim.fn.line('.')") == 5
    assert editor.lua("return #vim.fn.win_findbuf(...)", pane["buffer"]) == 1
    assert editor.lua("return vim.fn.tabpagenr()") == 1
