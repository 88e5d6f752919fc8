--- Finds the server (the setting, `antiphon` on PATH, the checkout that this plugin is part of,
--- Python's module) and starts its process.

local M = {}

M.HOW_TO_INSTALL = table.concat({
  'Antiphon: the server was not found.',
  'In a clone of Antiphon run `make install`, or `uv tool install .` to have it on PATH;',
  'or set its command: vim.g.antiphon = { cmd = { "/path/to/antiphon", "serve" } }.',
}, '\n')

---@class antiphon.ServerCommand
---@field cmd string[]
---@field from string Where the command was found, for people.

-- -P: a folder called antiphon in the workspace must not be what runs.
local PYTHON = { 'python3', '-P', '-m', 'antiphon', 'serve' }

--- The server of the checkout that this file is in, where `make install` has been run there.
---@return string|nil
local function in_checkout()
  local source = vim.uv.fs_realpath(debug.getinfo(1, 'S').source:sub(2))
  for _, program in ipairs(source and { 'bin/antiphon', 'Scripts/antiphon.exe' } or {}) do
    local checkout = vim.fs.joinpath(vim.fs.dirname(source), '..', '..', '..', '.venv', program)
    local path = vim.fs.normalize(checkout)
    if vim.fn.executable(path) == 1 then
      return path
    end
  end
end

---@return boolean
local function python_has_it()
  if vim.fn.executable('python3') == 0 then
    return false
  end
  local probe = 'import importlib.util, sys; sys.exit(importlib.util.find_spec("antiphon") is None)'
  local done = vim.system({ 'python3', '-P', '-c', probe }):wait(5000)
  return done.code == 0
end

--- The command that starts the server, or `nil` where there is none.
---@return antiphon.ServerCommand|nil
---@return string|nil problem what to tell the person
function M.find()
  local cmd = require('antiphon.config').get().cmd
  if cmd then
    if vim.fn.executable(cmd[1]) == 0 then
      return nil, ('Antiphon: `%s` cannot be run. See the option `cmd`.'):format(cmd[1])
    end
    return { cmd = cmd, from = 'the option `cmd`' }
  elseif vim.fn.executable('antiphon') == 1 then
    return { cmd = { vim.fn.exepath('antiphon'), 'serve' }, from = '`antiphon` on PATH' }
  end
  local beside = in_checkout()
  if beside then
    return { cmd = { beside, 'serve' }, from = 'the checkout of this plugin' }
  elseif python_has_it() then
    return { cmd = PYTHON, from = '`python3 -m antiphon`' }
  end
  return nil, M.HOW_TO_INSTALL
end

---@class antiphon.ServerEnd
---@field code integer
---@field signal integer

--- How the last process ended.
---@type antiphon.ServerEnd|nil
M.last_end = nil

--- Starts the server; what `vim.lsp.Config.cmd` calls.
---@param dispatchers vim.lsp.rpc.Dispatchers
---@return vim.lsp.rpc.PublicClient
function M.spawn(dispatchers)
  local found, problem = M.find()
  if not found then
    error(problem, 0)
  end
  local on_exit = dispatchers.on_exit
  -- We tell the person ourselves, in one line and in the panes; Neovim's own words would not fit
  -- on the command line and would make them press a key.
  dispatchers.on_exit = function(code, signal)
    M.last_end = { code = code, signal = signal }
    on_exit(0, 0)
  end
  return vim.lsp.rpc.start(found.cmd, dispatchers, { env = require('antiphon.config').get().env })
end

return M
