"""Prompt files: the server helps to write them, and their answers stream into panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from support.neovim.editor import Editor

FILE = """\
---
name: Explain
models: [demo/terse, demo/echo]
params: {tokensPerSecond: 0}
inputs:
  topic: {description: what to explain}
  tone: {enum: [dry, warm]}
---
Explain {{topic}} in a {{tone}} voice.
"""

ANSWER_ASKED = """_G.asked, _G.values = {}, ...
vim.ui.input = function(options, done)
  table.insert(_G.asked, options.prompt)
  done(_G.values.input)
end
vim.ui.select = function(items, options, done)
  local words = vim.tbl_map(options.format_item or tostring, items)
  table.insert(_G.asked, options.prompt .. ' ' .. table.concat(words, '|'))
  done(_G.values.select and items[_G.values.select], _G.values.select)
end"""

DIAGNOSTICS = """return vim.tbl_map(function(each)
  return { each.code, each.lnum }
end, vim.diagnostic.get(0))"""

REQUEST = """local method, line, character = ...
local position = { line = line, character = character }
local answers = vim.lsp.buf_request_sync(0, method, {
  textDocument = vim.lsp.util.make_text_document_params(),
  position = position,
  range = { start = position, ['end'] = position },
  context = { diagnostics = {}, triggerKind = 1 },
}, 8000)
for _, answer in pairs(answers or {}) do
  return vim.json.encode(answer.result)
end"""

IS_ATTACHED = "return #vim.lsp.get_clients({ bufnr = 0, name = 'antiphon' }) == 1"


@pytest.fixture
def written(editor: Editor, tmp_path: Path) -> Editor:
    """An editor with a prompt file that asks for two inputs."""
    (tmp_path / "explain.antiphon.md").write_text(FILE, encoding="utf-8")
    editor.do(f"cd {tmp_path}")
    editor.do("edit explain.antiphon.md")
    return editor


@pytest.mark.each_neovim
def test_a_prompt_file_is_served_while_it_is_written(written: Editor) -> None:
    written.expect(lambda: written.lua(IS_ATTACHED), True)
    written.lua("vim.api.nvim_buf_set_lines(0, 2, 3, false, { 'models: [demo/tense]' })")
    unvalued = [["invalid_params", 5], ["invalid_params", 6]]
    written.expect(lambda: written.lua(DIAGNOSTICS), [["model_not_found", 2], *unvalued])
    assert "demo/terse" in written.lua(REQUEST, "textDocument/completion", 2, 14)
    assert "what to explain" in written.lua(REQUEST, "textDocument/hover", 8, 12)
    assert "demo/terse" in written.lua(REQUEST, "textDocument/codeAction", 2, 14)
    assert "topic" in written.lua(REQUEST, "textDocument/documentSymbol", 0, 0)


@pytest.mark.each_neovim
def test_a_server_that_the_user_has_enabled_is_the_only_one_there(
    editor: Editor, tmp_path: Path
) -> None:
    (tmp_path / "one.antiphon.md").write_text("Explain {{topic}}.\n", encoding="utf-8")
    editor.lua("vim.lsp.enable('antiphon')")
    editor.do(f"edit {tmp_path}/one.antiphon.md")
    editor.expect(lambda: editor.lua(DIAGNOSTICS), [["invalid_params", 0]])
    assert editor.lua(IS_ATTACHED)
    assert editor.lua("return #vim.lsp.get_clients()") == 1


@pytest.mark.each_neovim
def test_the_lens_above_a_prompt_file_is_shown_and_runs_it(written: Editor) -> None:
    written.lua(ANSWER_ASKED, {"input": "fugues", "select": 2})
    lenses = "return vim.json.encode(vim.lsp.codelens.get(%s))"
    get = lenses % ("{ bufnr = 0 }" if written.lua("return vim.fn.has('nvim-0.12')") else "0")
    written.expect(lambda: written.lua(get), lambda found: "Broadcast to 2 models" in found)
    written.do("1")
    written.lua("vim.lsp.codelens.run()")
    panes = written.finished()
    assert [pane["title"] for pane in panes] == ["terse", "echo"]
    assert "Explain fugues in a warm voice." in panes[0]["text"]


def test_running_asks_for_inputs_that_are_missing_and_for_no_others(written: Editor) -> None:
    written.lua(ANSWER_ASKED, {"input": "a {{tone}}", "select": 1})
    written.do("Antiphon run tone=dry")
    panes = written.finished()
    assert written.lua("return _G.asked") == ["topic (what to explain): "]
    assert "Explain a {{tone}} in a dry voice." in panes[1]["text"]


def test_leaving_the_question_for_an_input_sends_nothing(written: Editor) -> None:
    written.lua(ANSWER_ASKED, {"input": "fugues"})
    written.do("Antiphon run")
    written.expect(
        lambda: written.lua("return _G.told"),
        ["Antiphon: nothing was sent: the input `tone` has no value"],
    )
    assert written.lua("return _G.asked") == ["topic (what to explain): ", "tone dry|warm"]
    assert written.events("AntiphonStart") == []


def test_a_prompt_file_runs_on_other_models(written: Editor) -> None:
    written.do("Antiphon run demo/poet topic=fugues tone=warm")
    assert [pane["model"] for pane in written.finished()] == ["demo/poet"]


def test_a_prompt_file_with_an_error_names_its_line_and_asks_nothing(written: Editor) -> None:
    written.lua(ANSWER_ASKED, {})
    written.lua("vim.api.nvim_buf_set_lines(0, 3, 4, false, { 'name: twice' })")
    written.do("Antiphon run")
    told = written.expect(lambda: written.lua("return _G.told"), lambda told: len(told) == 1)
    assert told[0].startswith("Antiphon: line 4: ")
    assert written.lua("return _G.asked") == []
    assert written.events("AntiphonStart") == []


@pytest.mark.parametrize(("models", "asked"), [("", "terse"), ("models: [demo/echo]\n", "echo")])
def test_a_composer_with_front_matter_is_sent_as_a_prompt_file(
    editor: Editor, models: str, asked: str
) -> None:
    editor.lua(ANSWER_ASKED, {"input": "fugues"})
    editor.do("Antiphon compose demo/terse tokensPerSecond=0 --")
    text = f"---\n{models}params: {{temperature: 0.5}}\n---\nExplain {{{{topic}}}}."
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(..., '\\n'))", text)
    editor.keys(":w<CR>")
    panes = editor.finished()
    assert [pane["title"] for pane in panes] == [asked]
    assert "## You\n\nExplain fugues.\n" in panes[0]["text"]
    assert editor.lua("return vim.fn.bufnr('antiphon://compose/1')") == -1


def test_a_composer_whose_inputs_are_left_keeps_its_prompt(editor: Editor) -> None:
    editor.lua(ANSWER_ASKED, {})
    editor.do("Antiphon compose demo/terse --")
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, { '---', '---', 'Why {{topic}}?' })")
    editor.keys(":w<CR>")
    editor.expect(lambda: len(editor.lua("return _G.told")), 1)
    assert editor.lua("return vim.api.nvim_get_current_line()") == "---"
    assert editor.lua("return vim.bo.modified") is True
    assert editor.events("AntiphonStart") == []


def test_the_library_is_completed_listed_and_run_by_name(editor: Editor) -> None:
    names = editor.lua("return vim.fn.getcompletion('Antiphon prompt ', 'cmdline')")
    assert names[-3:] == ["save", "import", "export"]
    assert "explain-the-selection" in names
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'a strange loop', 'x' })")
    editor.do("1Antiphon prompt explain-the-selection demo/echo")
    panes = editor.finished()
    assert [pane["title"] for pane in panes] == ["echo"]
    assert "a strange loop" in panes[0]["text"]
    editor.lua(ANSWER_ASKED, {})
    editor.do("Antiphon prompt")
    asked = editor.expect(lambda: editor.lua("return _G.asked"), lambda asked: len(asked) == 1)
    assert asked[0].startswith("Antiphon prompt ")


def test_a_composer_is_saved_as_a_prompt_file_of_the_folder(editor: Editor, tmp_path: Path) -> None:
    editor.do(f"cd {tmp_path}")
    editor.do("Antiphon compose demo/terse demo/echo --")
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'Explain {{topic}}.' })")
    editor.do("Antiphon prompt save a loop")
    saved = tmp_path / ".antiphon" / "prompts" / "a-loop.antiphon.md"
    head = '---\nantiphon: prompt/v1\nname: "a loop"\nmodels: ["demo/terse","demo/echo"]\n---\n'
    assert saved.read_text(encoding="utf-8") == head + "Explain {{topic}}.\n"
    assert editor.lua("return vim.api.nvim_buf_get_name(0)") == str(saved)
    assert "a-loop" in editor.lua("return vim.fn.getcompletion('Antiphon prompt ', 'cmdline')")
    editor.expect(lambda: editor.lua(IS_ATTACHED), True)
    editor.expect(lambda: editor.lua(DIAGNOSTICS), [["invalid_params", 5]])
