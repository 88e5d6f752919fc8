"""Every subcommand and every key, wherever one is: a sentence or something to see, no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support.neovim.editor import NEXT, NVIM

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.neovim.editor import Editor, Place

WATCH = """
_G.answers = {}
local function seen(kind)
  return function(...)
    table.insert(_G.answers, kind)
    local given = { ... }
    given[#given](nil, nil)
  end
end
vim.ui.select, vim.ui.input = seen('choice'), seen('input')
vim.fn.confirm = function() table.insert(_G.answers, 'confirm') return 0 end
vim.fn.inputsecret = function() table.insert(_G.answers, 'secret') return '' end
vim.api.nvim_echo = function(chunks) table.insert(_G.answers, chunks[1][1]) end
vim.notify = function(text) table.insert(_G.answers, text) end

local function layout()
  return vim.inspect({ vim.fn.winlayout(), vim.api.nvim_list_tabpages(), vim.api.nvim_list_wins() })
    .. vim.api.nvim_get_current_buf() .. vim.wo.winbar .. #_G.seen
end

-- A shown session is followed for as long as it is shown.
local follows = {}
local own_client = require('antiphon.server.client')
local command = own_client.command
own_client.command = function(name, argument, done, began)
  return command(name, argument, done, function(id)
    follows[id] = name == 'antiphon.session.follow' or nil
    if began then
      began(id)
    end
  end)
end

local function is_busy()
  for _, client in ipairs(vim.lsp.get_clients()) do
    if not client.initialized then
      return true
    end
    for id, request in pairs(client.requests) do
      if request.type == 'pending' and not follows[id] then
        return true
      end
    end
  end
  return #require('antiphon.ask.run').open_runs() > 0
end

--- What a person meets: the words, and what went wrong in words that are not for people.
function _G.meet(act)
  _G.answers, vim.v.errmsg = {}, ''
  vim.cmd('messages clear')
  local before = layout()
  local ok, problem = pcall(act)
  local function answered()
    return #_G.answers > 0 or layout() ~= before or not ok
  end
  vim.wait(6000, answered, 5)
  vim.wait(6000, function() return not is_busy() end, 5)
  local trace = not ok and tostring(problem) or vim.v.errmsg
  return { trace = trace, answered = answered(), answers = _G.answers }
end

--- Back to the first pane, or to an empty window where there is none.
function _G.go_back()
  vim.cmd('stopinsert')
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      pcall(vim.api.nvim_win_close, window, true)
    end
  end
  local pane = require('antiphon.panes').all()[1]
  if pane then
    require('antiphon.layout.grid').reveal(pane)
  else
    vim.cmd('silent! tabonly! | silent! only! | enew!')
  end
end
"""

COMMANDS = """
local found = { '' }
local table_of = require('antiphon.command').subcommands
local names = vim.tbl_keys(table_of)
table.sort(names)
for _, name in ipairs(names) do
  found[#found + 1] = name
  local complete = table_of[name].complete
  for _, word in ipairs(complete and complete('', 'Antiphon ' .. name .. ' ') or {}) do
    if not word:find('/', 1, true) then
      found[#found + 1] = name .. ' ' .. word
    end
  end
end
return found"""

RUN = """local command = 'Antiphon ' .. ...
_G.go_back()
return _G.meet(function() vim.cmd(command) end)"""
PRESS = """_G.go_back()
local mode, plug = ...
return _G.meet(function()
  vim.cmd.normal({ (mode == 'x' and 'V' or '') .. vim.keycode(plug), bang = false })
end)"""
PLUGS = """
local found = {}
for _, key in ipairs(require('antiphon.command.keymaps.pane')) do
  for mode in key.modes:gsub('o', ''):gmatch('.') do
    found[#found + 1] = { mode, '<Plug>(antiphon-' .. key.plug .. ')' }
  end
end
for _, map in ipairs(vim.api.nvim_get_keymap('n')) do
  if vim.startswith(map.lhs, '<Plug>(antiphon-') then
    found[#found + 1] = { 'n', map.lhs }
    found[#found + 1] = { 'x', map.lhs }
  end
end
return found"""
SILENT = {"next-turn", "previous-turn", "next-pane", "previous-pane", "stop-all"}
"""Motions: at the end of where they go they stay where they are, as Neovim's own."""

SIZES = {"80x24": (80, 24), "40x12": (40, 12)}


def watched(start: Callable[..., Editor], size: str) -> Editor:
    columns, lines = SIZES[size]
    editor = start(columns=columns, lines=lines)
    editor.lua(WATCH)
    return editor


def complaints(met: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What is no answer for a person, by what was done."""
    bad = ("stack traceback", ".lua:", "E5108", "attempt to", "E36", "nil")
    return {
        name: found
        for name, found in met.items()
        if found["trace"]
        or not found["answered"]
        or any(word in answer for answer in found["answers"] for word in bad)
    }


def run_all(editor: Editor) -> dict[str, dict[str, Any]]:
    return {name: editor.lua(RUN, name) for name in editor.lua(COMMANDS)}


def test_every_subcommand_answers_where_there_is_no_session(start: Callable[..., Editor]) -> None:
    assert complaints(run_all(watched(start, "40x12"))) == {}


@pytest.mark.parametrize(
    ("nvim", "size"), [(NVIM, "80x24"), (str(NEXT) if NEXT.exists() else NVIM, "40x12")]
)
def test_every_subcommand_and_key_answers_in_a_session(
    place: Place, start: Callable[..., Editor], size: str
) -> None:
    place.options = {"params": {"tokensPerSecond": 0}}
    editor = watched(start, size)
    editor.do("Antiphon ask demo/terse demo/echo demo/poet -- What is an antiphon?")
    editor.finished()
    assert complaints(run_all(editor)) == {}
    met = {
        f"{mode} {plug}": editor.lua(PRESS, mode, plug)
        for mode, plug in editor.lua(PLUGS)
        if not any(name in plug for name in SILENT)
    }
    assert complaints(met) == {}


def test_every_subcommand_says_what_to_do_where_no_server_is_found(
    place: Place, start: Callable[..., Editor]
) -> None:
    place.options = {"cmd": ["/nowhere/antiphon", "serve"]}
    editor = watched(start, "40x12")
    met = run_all(editor)
    assert complaints(met) == {}
    told = [answer for found in met.values() for answer in found["answers"]]
    assert sum("/nowhere/antiphon` cannot be run" in answer for answer in told) > 10
