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
---@field from string Where the command was found, in words.

local PYTHONS = { 'python3', 'python' }
local HAS_SERVER = 'import importlib.util as u, sys; sys.exit(u.find_spec("antiphon") is None)'

--- Returns the server of the checkout that this file is in, if `make install` was run there.
---@return string|nil
local function find_in_checkout()
  local source = vim.uv.fs_realpath(debug.getinfo(1, 'S').source:sub(2))
  for _, program in ipairs(source and { 'bin/antiphon', 'Scripts/antiphon.exe' } or {}) do
    local root = vim.fs.joinpath(vim.fs.dirname(source), '..', '..', '..', '..')
    local path = vim.fs.normalize(vim.fs.joinpath(root, '.venv', program))
    if vim.fn.executable(path) == 1 then
      return path
    end
  end
end

--- Returns the full path of a program. Relative entries of PATH (`.`, or an empty entry) are
--- ignored: a workspace must not choose what runs. A name with a slash is the choice of the user.
---@param name string
---@return string|nil
local function find_program(name)
  if name:find('[/\\]') then
    return vim.fn.executable(name) == 1 and vim.fn.fnamemodify(name, ':p') or nil
  end
  local is_windows = vim.fn.has('win32') == 1
  for _, folder in ipairs(vim.split(vim.env.PATH or '', is_windows and ';' or ':')) do
    if vim.startswith(folder, '/') or (is_windows and folder:find('^%a:[/\\]')) then
      local path = vim.fn.exepath(vim.fs.joinpath(folder, name))
      if path ~= '' then
        return path
      end
    end
  end
end

--- Returns the working directory of the server. Never the workspace: with an empty entry in
--- PYTHONPATH, or a custom command without -P, Python would import modules from it.
---@return string
local function working_directory()
  local folder = vim.uv.os_homedir()
  return folder and vim.fn.isdirectory(folder) == 1 and folder or vim.fn.fnamemodify('/', ':p')
end

--- Returns a Python that has the server. `-P`, available from Python 3.11 on, keeps a folder called
--- antiphon in the workspace from being run.
---@return string|nil path
---@return string|nil name
local function find_python()
  for _, name in ipairs(PYTHONS) do
    local python = find_program(name)
    local probe = { python, '-P', '-c', HAS_SERVER }
    if python and vim.system(probe, { cwd = working_directory() }):wait(5000).code == 0 then
      return python, name
    end
  end
end

--- Changes a command that starts a server of one's own into one for the server that the options
--- name. Pure.
---@param cmd string[]
---@param options antiphon.ServerOptions
---@return string[]|nil
function M.with_options(cmd, options)
  if not options.address and not options.shared then
    return cmd
  end
  local at = vim.iter(ipairs(cmd)):find(function(_, word)
    return word == 'serve'
  end)
  if not at then
    return nil
  elseif not options.address then
    return vim.list_extend(vim.list_slice(cmd), { '--shared' })
  end
  local changed = vim.list_extend(vim.list_slice(cmd, 1, at - 1), { 'connect', options.address })
  local files = { ['--token-file'] = options.token_file, ['--tls-ca'] = options.tls_ca }
  for option, path in pairs(files) do
    vim.list_extend(changed, { option, vim.fs.normalize(path) })
  end
  return changed
end

--- Returns the command that starts the server, or nil and what to tell the user.
---@return antiphon.ServerCommand|nil
---@return string|nil problem a message for the user
function M.find()
  local found, problem = M.find_program()
  if not found then
    return nil, problem
  end
  local cmd = M.with_options(found.cmd, require('antiphon.config').get().server)
  if not cmd then
    return nil, 'Antiphon: the option `cmd` has no `serve`, which the option `server` would change.'
  end
  return { cmd = cmd, from = found.from }
end

--- Returns the command of a server of one's own, or nil and what to tell the user.
---@return antiphon.ServerCommand|nil
---@return string|nil problem a message for the user
function M.find_program()
  local cmd = require('antiphon.config').get().cmd
  if cmd then
    local given = find_program(cmd[1])
    if not given then
      return nil, ('Antiphon: `%s` cannot be run. See the option `cmd`.'):format(cmd[1])
    end
    return { cmd = vim.list_extend({ given }, cmd, 2), from = 'the option `cmd`' }
  end
  local on_path = find_program('antiphon')
  if on_path then
    return { cmd = { on_path, 'serve' }, from = '`antiphon` on PATH' }
  end
  local beside = find_in_checkout()
  if beside then
    return { cmd = { beside, 'serve' }, from = 'the checkout of this plugin' }
  end
  local python, name = find_python()
  if python then
    local module = { python, '-P', '-m', 'antiphon', 'serve' }
    return { cmd = module, from = ('`%s -m antiphon`'):format(name) }
  end
  local uvx = find_program('uvx')
  if uvx and require('antiphon.config.remembered').read().uvx then
    return { cmd = { uvx, 'antiphon', 'serve' }, from = '`uvx antiphon`' }
  end
  return nil, M.HOW_TO_INSTALL
end

--- Asks whether uvx may fetch and run the server from PyPI, if it was not found elsewhere. Consent
--- is remembered.
---@param done fun(allowed: boolean)
function M.offer_uvx(done)
  if require('antiphon.config').get().cmd or not find_program('uvx') then
    return done(false)
  end
  local options = { prompt = "Antiphon's server is not installed. Run it with uvx, from PyPI?" }
  require('antiphon.ui.picker.select').select(
    { 'Run it with uvx', 'No' },
    options,
    function(_, index)
      if index == 1 then
        require('antiphon.config.remembered').update({ uvx = true })
      end
      done(index == 1)
    end
  )
end

---@class antiphon.ServerEnd
---@field code integer
---@field signal integer

--- The exit code and signal of the last process.
---@type antiphon.ServerEnd|nil
M.last_end = nil

--- Starts the server. Called as `vim.lsp.Config.cmd`.
---@param dispatchers vim.lsp.rpc.Dispatchers
---@return vim.lsp.rpc.PublicClient
function M.spawn(dispatchers)
  local found, problem = M.find()
  if not found then
    error(problem, 0)
  end
  local on_exit = dispatchers.on_exit
  -- The supervisor reports this in one line and in the panes. Neovim's own message would not fit on
  -- the command line and would show the hit-enter prompt.
  dispatchers.on_exit = function(code, signal)
    M.last_end = { code = code, signal = signal }
    on_exit(0, 0)
  end
  local more = { cwd = working_directory(), env = require('antiphon.config').get().env }
  return vim.lsp.rpc.start(found.cmd, dispatchers, more)
end

return M
