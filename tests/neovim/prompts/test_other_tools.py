"""Prompts of other tools: read as prompt files, and written in their formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.neovim.editor import Editor

GITHUB = """\
name: Sum up
model: demo/terse
messages:
  - {role: user, content: 'Sum up: {{input}}'}
evaluators: []
tools: [x]
"""

BUFFER = "return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n') .. '\\n'"
NAME = "return vim.api.nvim_buf_get_name(0)"


@pytest.fixture
def imported(editor: Editor, tmp_path: Path) -> Editor:
    """An editor with a prompt of another tool in its window, not saved yet."""
    (tmp_path / "sum.prompt.yml").write_text(GITHUB, encoding="utf-8")
    editor.do(f"cd {tmp_path}")
    editor.do("Antiphon prompt import sum.prompt.yml")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon")
    return editor


def told(editor: Editor) -> list[str]:
    return editor.lua("return _G.told")


def test_a_prompt_of_another_tool_becomes_a_prompt_file_that_is_saved_and_run(
    imported: Editor, tmp_path: Path
) -> None:
    assert told(imported)[0].splitlines() == [
        "Antiphon: line 5: `evaluators` is kept, and does nothing here",
        "line 6: `tools` would run or read something, and does not",
    ]
    path = tmp_path / ".antiphon" / "prompts" / "sum.antiphon.md"
    assert imported.lua(NAME) == str(path)
    assert not path.exists()
    text = imported.lua(BUFFER)
    assert "evaluators: []" in text
    assert "tools" not in text
    imported.do("write")
    assert path.read_text(encoding="utf-8") == text
    imported.do("Antiphon run input=this")
    panes = imported.finished()
    assert panes[0]["text"].startswith("## You\n\nSum up: this\n\n")


def test_an_import_replaces_no_file_by_itself(imported: Editor, tmp_path: Path) -> None:
    path = tmp_path / ".antiphon" / "prompts" / "sum.antiphon.md"
    path.parent.mkdir(parents=True)
    path.write_text("mine\n", encoding="utf-8")
    imported.lua("pcall(vim.cmd.write)")
    assert path.read_text(encoding="utf-8") == "mine\n"


def test_a_prompt_file_is_written_for_another_tool(imported: Editor, tmp_path: Path) -> None:
    imported.do("Antiphon prompt export out.prompt.yml")
    imported.expect(lambda: told(imported)[-1], "Antiphon: written to out.prompt.yml")
    out = (tmp_path / "out.prompt.yml").read_text(encoding="utf-8")
    assert "model: demo/terse" in out
    assert "evaluators: []" in out
    imported.lua("vim.api.nvim_buf_set_lines(0, 2, 2, false, { 'lineup: fast' })")
    imported.do("Antiphon prompt export out.prompt.yml")
    imported.expect(lambda: told(imported)[-1], lambda last: "is there already" in last)
    assert (tmp_path / "out.prompt.yml").read_text(encoding="utf-8") == out
    imported.do("Antiphon! prompt export out.prompt.yml promptfoo")
    imported.expect(lambda: told(imported)[-1], "Antiphon: written to out.prompt.yml")
    assert "line 3: `lineup` has no place in that format" in told(imported)[-2]
    assert (tmp_path / "out.prompt.yml").read_text(encoding="utf-8") != out


def test_what_cannot_be_read_names_its_line_and_opens_nothing(
    editor: Editor, tmp_path: Path
) -> None:
    (tmp_path / "bad.prompt.yml").write_text("messages:\n\t- x\n", encoding="utf-8")
    editor.do(f"cd {tmp_path}")
    editor.do("Antiphon prompt import bad.prompt.yml")
    editor.expect(lambda: told(editor), lambda all_: len(all_) == 1)
    assert told(editor)[0].startswith("Antiphon: line 2: ")
    editor.do("Antiphon prompt import none.prompt.yml")
    assert told(editor)[1] == "Antiphon: none.prompt.yml cannot be read"
    assert editor.lua(NAME) == ""


def test_a_format_that_the_name_does_not_say_is_asked_for(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text("prompt: 'Shorten: $input'\n", encoding="utf-8")
    editor.do(f"cd {tmp_path}")
    editor.lua("""vim.ui.select = function(items, options, done)
      _G.offered = vim.tbl_map(options.format_item, items)
      done(items[#items], #items)
    end""")
    editor.do("Antiphon prompt import short.yaml")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon")
    assert editor.lua("return #_G.offered") == 5
    assert "Shorten: {{input}}" in editor.lua(BUFFER)
    complete = "return vim.fn.getcompletion(..., 'cmdline')"
    written = editor.lua(complete, "Antiphon prompt export out.yml ")
    assert written == ["prompt.yml", "skill.md", "promptfoo"]
    assert editor.lua(complete, "Antiphon prompt import sh") == ["short.yaml"]
