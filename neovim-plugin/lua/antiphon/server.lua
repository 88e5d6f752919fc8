--- Finds the server (the setting, `antiphon` on PATH, the checkout that this plugin is part of,
--- Python's module, uvx with consent) and starts its process.

local M = {}

M.HOW_TO_INSTALL = table.concat({
  'Antiphon: the server was not found.',
  'In a clone of Antiphon run `make install`, or `uv tool install .` to have it on PATH;',
  'or set its command: vim.g.antiphon = { cmd = { "/path/to/antiphon", "serve" } }.',
}, '\n')

---@class antiphon.ServerCommand
---@field cmd string[]
---@field from string Where the command was found, for people.

local PYTHONS = { 'python3', 'python' }
local HAS_SERVER = 'import importlib.util as u, sys; sys.exit(u.find_spec("antiphon") is None)'

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

--- A Python that has the server. -P, which Python 3.11 brought: a folder called antiphon in the
--- workspace must not be what runs.
---@return string|nil
local function python_with_server()
  for _, python in ipairs(PYTHONS) do
    if vim.fn.executable(python) == 1 then
      if vim.system({ python, '-P', '-c', HAS_SERVER }):wait(5000).code == 0 then
        return python
      end
    end
  end
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
  end
  local python = python_with_server()
  if python then
    local module = { python, '-P', '-m', 'antiphon', 'serve' }
    return { cmd = module, from = ('`%s -m antiphon`'):format(python) }
  elseif vim.fn.executable('uvx') == 1 and require('antiphon.memory').read().uvx then
    return { cmd = { 'uvx', 'antiphon', 'serve' }, from = '`uvx antiphon`' }
  end
  return nil, M.HOW_TO_INSTALL
end

--- Where nothing else has the server, asks whether uvx may fetch it: that runs what PyPI has under
--- the name, so never unasked. The answer is remembered where it is yes.
---@param done fun(allowed: boolean)
function M.offer_uvx(done)
  if require('antiphon.config').get().cmd or vim.fn.executable('uvx') == 0 then
    return done(false)
  end
  local options = { prompt = "Antiphon's server is not installed. Run it with uvx, from PyPI?" }
  vim.ui.select({ 'Run it with uvx', 'No' }, options, function(_, index)
    if index == 1 then
      require('antiphon.memory').remember({ uvx = true })
    end
    done(index == 1)
  end)
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
