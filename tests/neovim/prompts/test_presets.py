"""Presets: a name for a model with its parameters, wherever a model is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Editor, Place

MODELS = """local found
require('antiphon.server.client').command('antiphon.models', {}, function(_, result)
  found = result
end)
vim.wait(8000, function() return found ~= nil end, 10)
return found"""


def told(editor: Editor) -> list[str]:
    return editor.lua("return _G.told")


def presets(editor: Editor) -> dict[str, Any]:
    """The presets that the server knows."""
    return editor.lua(MODELS).get("presets") or {}


@pytest.mark.each_neovim
def test_a_saved_preset_is_asked_by_its_name(editor: Editor) -> None:
    editor.do("Antiphon preset save plain demo/echo seed=7 -- Be plain.")
    assert told(editor) == ["Antiphon: `@plain` asks demo/echo from now on"]
    editor.do("Antiphon ask @plain @plain demo/echo tokensPerSecond=0 -- Why?")
    panes = editor.finished()
    assert [pane["title"] for pane in panes] == ["plain", "plain#2", "echo"]
    assert {pane["model"] for pane in panes} == {"demo/echo"}
    assert "Be plain." in panes[0]["text"]
    assert "Be plain." not in panes[2]["text"]
    completed = editor.lua("return vim.fn.getcompletion('Antiphon ask @', 'cmdline')")
    assert completed == ["@plain"]


def test_a_preset_is_there_in_the_next_neovim(start: Callable[..., Editor]) -> None:
    start().do("Antiphon preset save plain demo/echo seed=7")
    later = start()
    later.do("Antiphon ask @plain tokensPerSecond=0 -- Why?")
    assert [pane["title"] for pane in later.finished()] == ["plain"]
    assert presets(later) == {"plain": {"model": "demo/echo", "params": {"seed": 7}}}
    assert told(later) == []


def test_a_preset_that_is_renamed_or_deleted_is_so_for_the_server_at_once(editor: Editor) -> None:
    editor.do("Antiphon preset save plain demo/echo")
    editor.expect(lambda: list(presets(editor)), ["plain"])
    editor.do("Antiphon preset rename plain simple")
    editor.expect(lambda: list(presets(editor)), ["simple"])
    editor.do("Antiphon preset delete simple")
    editor.expect(lambda: list(presets(editor)), [])
    editor.do("Antiphon ask @simple -- Why?")
    editor.expect(lambda: told(editor)[-1], "Antiphon: there is no preset called @simple")
    assert editor.events("AntiphonStart") == []


def test_a_line_up_asks_a_preset_by_its_new_name(editor: Editor) -> None:
    editor.do("Antiphon preset save plain demo/echo")
    remember = """require('antiphon.config.remembered').update({ lineups = {
      two = { '@plain', { model = '@plain', title = 'brief' }, 'demo/terse' } } })"""
    editor.lua(remember)
    editor.do("Antiphon preset rename plain simple")
    kept = editor.lua("return require('antiphon.config.remembered').read().lineups")
    assert kept == {"two": ["@simple", {"model": "@simple", "title": "brief"}, "demo/terse"]}


def test_the_model_picker_makes_asks_renames_and_deletes_presets(editor: Editor) -> None:
    editor.lua("""_G.answers = { 'plain', 'Be plain.', 'seed=7', 'simple' }
      vim.ui.input = function(_, done) done(table.remove(_G.answers, 1)) end""")
    editor.do("Antiphon ask -- Why?")
    editor.expect(lambda: editor.lua("return vim.bo.filetype"), "antiphon-models")
    go_to = "vim.fn.search(...)"
    editor.lua(go_to, "demo/echo")
    editor.keys("p")
    editor.expect(lambda: editor.lua("return vim.fn.search('@plain')"), lambda row: row > 0)
    editor.keys("r")
    editor.expect(lambda: editor.lua("return vim.fn.search('@simple')"), lambda row: row > 0)
    editor.keys("gg<Space>")
    editor.keys("<CR>")
    panes = editor.finished()
    assert "simple" in [pane["title"] for pane in panes]
    editor.do("Antiphon models")
    editor.expect(lambda: editor.lua("return vim.fn.search('@simple')"), lambda row: row > 0)
    editor.keys("d")
    editor.expect(lambda: editor.lua("return vim.fn.search('@simple')"), 0)
    editor.expect(lambda: presets(editor), {})


def test_a_line_up_keeps_the_titles_and_parameters_of_its_entries(
    place: Place, start: Callable[..., Editor]
) -> None:
    entry = {"model": "demo/echo", "title": "second", "params": {"seed": 7}}
    place.settings = {"models": {"lineups": {"both": ["demo/terse", entry]}}}
    editor = start()
    editor.do("Antiphon ask both tokensPerSecond=0 -- Why?")
    assert [pane["title"] for pane in editor.finished()] == ["terse", "second"]
    editor.do("Antiphon compose both --")
    bar = "return vim.wo.winbar"
    editor.expect(lambda: editor.lua(bar), lambda text: "To demo/terse, second" in text)
