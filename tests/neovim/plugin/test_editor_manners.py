"""At home in Neovim: lazy, mappable, documented, in order."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.neovim.editor import PLUGIN, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Editor, Place

LOADED = """local loaded = {}
for name in pairs(package.loaded) do
  if name == 'antiphon' or name:find('^antiphon%.') then table.insert(loaded, name) end
end
return loaded"""


@pytest.mark.each_neovim
def test_nothing_is_loaded_before_its_first_use(editor: Editor) -> None:
    assert editor.lua(LOADED) == []
    assert editor.lua("return vim.lsp.get_clients()") == []


def test_commands_are_completed(editor: Editor) -> None:
    complete = "return vim.fn.getcompletion(..., 'cmdline')"
    assert editor.lua(complete, "Antiphon re") == ["regenerate", "reply", "restart"]
    assert editor.lua(complete, "Antiphon ask demo/po") == ["demo/poet"]
    assert editor.lua(complete, "Antiphon layout c") == ["columns"]
    assert editor.lua(complete, "Antiphon reply a") == ["all"]


def test_a_mapped_plug_takes_the_place_of_its_default(editor: Editor) -> None:
    editor.do("nmap ,s <Plug>(antiphon-stop)")
    editor.do("Antiphon ask demo/terse tokensPerSecond=0 -- Hello.")
    editor.finished()
    mapped = "return vim.fn.maparg(..., 'n', false, true).buffer or 0"
    assert [editor.lua(mapped, key) for key in ("<C-c>", "R")] == [0, 1]


def test_default_keys_can_be_left_out(place: Place, start: Callable[..., Editor]) -> None:
    place.options = {"keymaps": False}
    editor = start()
    editor.do("Antiphon ask demo/terse tokensPerSecond=0 -- Hello.")
    editor.finished()
    assert editor.lua("return vim.fn.maparg('R', 'n')") == ""


@pytest.mark.each_neovim
def test_progress_of_others_is_still_neovims(editor: Editor) -> None:
    editor.lua("""_G.progress = 0
      vim.api.nvim_create_autocmd('LspProgress', { callback = function(event)
        if type(event.data.params.value) ~= 'table' or not event.data.params.value.kind then
          error('not for others')
        end
        _G.progress = _G.progress + 1
      end })""")
    editor.do("Antiphon ask demo/chatty tokensPerSecond=400 -- Hello.")
    editor.finished()
    editor.expect(lambda: editor.lua("return _G.progress"), lambda count: count >= 2)


def test_the_layout_can_be_changed(editor: Editor) -> None:
    editor.do("Antiphon ask demo/terse demo/poet tokensPerSecond=0 -- Hello.")
    editor.finished()
    rows = {row for _, row, *_ in editor.windows()}
    editor.do("Antiphon layout rows")
    columns = {column for _, _, column, *_ in editor.windows()}
    assert (len(rows), len(columns)) == (1, 1)
    assert editor.lua("return #vim.api.nvim_list_tabpages()") == 2


def test_the_windows_that_were_there_are_untouched(editor: Editor) -> None:
    editor.do("vsplit")
    before = editor.windows()
    editor.do("Antiphon ask demo/terse demo/poet tokensPerSecond=0 -- Hello.")
    editor.finished()
    editor.keys("q")
    assert editor.windows() == before
    assert editor.lua("return vim.wo.winbar") == ""


def test_a_settled_pane_has_an_outline(editor: Editor) -> None:
    editor.do("Antiphon ask demo/terse tokensPerSecond=0 -- Hello.")
    editor.finished()
    editor.expect(lambda: editor.lua("return #vim.lsp.get_clients({ bufnr = 0 })"), 1)
    editor.lua(
        "vim.lsp.buf.document_symbol({ on_list = function(list) _G.outline = list.items end })"
    )
    editor.expect(lambda: editor.lua("return #(_G.outline or {})"), 2)


@pytest.mark.each_neovim
def test_health_says_what_works(editor: Editor) -> None:
    editor.do("Antiphon health")
    report = editor.lua("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')")
    assert "protocol 1" in report
    assert "history: sqlite" in report
    assert "ERROR" not in report


def test_the_lua_is_formatted() -> None:
    stylua = ROOT / ".cache" / "neovim" / "bin" / "stylua"
    if not stylua.exists():
        pytest.skip("no stylua")
    config = str(PLUGIN / ".stylua.toml")
    folders = [str(PLUGIN), str(ROOT / "tests" / "neovim" / "plugin" / "unit")]
    command = [str(stylua), "--check", "--config-path", config, *folders]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_lua_is_free_of_lint() -> None:
    if shutil.which("luacheck") is None:
        pytest.skip("no luacheck")
    config = str(PLUGIN / ".luacheckrc")
    folders = [str(PLUGIN), str(ROOT / "tests" / "neovim" / "plugin" / "unit")]
    command = ["luacheck", "--quiet", "--no-color", "--config", config, *folders]
    done = subprocess.run(command, cwd=PLUGIN, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
