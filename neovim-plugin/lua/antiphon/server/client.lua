--- The connection of this Neovim to its server, started with the first request.

local remembered = require('antiphon.config.remembered')
local without_null = require('antiphon.server.null')

local M = {}

---@alias antiphon.Answer fun(problem: lsp.ResponseError|nil, result: any)

--- How long a server may take to ask for the settings, which have the presets.
local CONFIGURED_WITHIN_MS = 1000

---@type integer|nil
local client_id
--- Whether the server that runs has asked for the settings, if it is to have any.
local is_configured = true
--- Callbacks that wait for the server to be ready.
---@type (fun(client: vim.lsp.Client|nil, problem: string|nil))[]
local waiting = {}

--- Returns the client if it runs.
---@return vim.lsp.Client|nil
function M.current()
  local client = client_id and vim.lsp.get_client_by_id(client_id)
  if client and not client:is_stopped() then
    return client
  end
end

---@param client vim.lsp.Client|nil
---@param problem string|nil
local function resolve_waiting(client, problem)
  local callbacks = waiting
  waiting = {}
  for _, callback in ipairs(callbacks) do
    callback(client, problem)
  end
end

---@param id integer
local function on_exit(_, _, id)
  vim.schedule(function()
    if id ~= client_id then
      return
    end
    client_id = nil
    if #waiting > 0 then
      resolve_waiting(nil, 'the server ended while it was starting; `:Antiphon log` may say why')
    else
      vim.lsp.config.antiphon.on_server_death()
    end
  end)
end

---@param callbacks any the user's own: a function, a list or nil
---@param ours function
---@return function[]
local function with_callback(callbacks, ours)
  local list = type(callbacks) == 'table' and vim.list_slice(callbacks) or { callbacks }
  return vim.list_extend(list, { ours })
end

---@param others table|nil the user's own settings of the language server
---@return table
local function with_presets(others)
  local presets = remembered.read().presets
  local ours = presets and next(presets) and { antiphon = { models = { presets = presets } } } or {}
  return vim.tbl_deep_extend('force', others or {}, ours)
end

--- Lets what waits begin: the server has the settings.
---@param client vim.lsp.Client|nil
local function go_on_configured(client)
  -- Another server may have been started since.
  if client and client == M.current() then
    is_configured = true
    resolve_waiting(client)
  end
end

--- Begins when the server has asked for its settings, if there are presets in them.
---@param config vim.lsp.ClientConfig
local function await_settings(config)
  config.settings = with_presets(config.settings)
  is_configured = next(config.settings) == nil
  local answer = (config.handlers or {})['workspace/configuration']
    or vim.lsp.handlers['workspace/configuration']
  config.handlers = vim.tbl_extend('force', config.handlers or {}, {
    ['workspace/configuration'] = function(problem, params, context)
      vim.schedule(function()
        go_on_configured(vim.lsp.get_client_by_id(context.client_id))
      end)
      return answer(problem, params, context)
    end,
  })
end

--- Tells the server that the presets have changed.
function M.reconfigure()
  local client = M.current()
  if client then
    client.settings = with_presets((vim.lsp.config.antiphon or {}).settings)
    client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  end
end

---@return vim.lsp.ClientConfig
local function client_config()
  local config = vim.tbl_extend('force', {}, vim.lsp.config.antiphon or {})
  config.name = 'antiphon'
  config.root_dir = vim.fs.root(0, config.root_markers or { '.git' }) or vim.fn.getcwd()
  config.on_exit = with_callback(config.on_exit, on_exit)
  config.on_init = with_callback(config.on_init, function(client)
    vim.defer_fn(function()
      go_on_configured(client)
    end, is_configured and 0 or CONFIGURED_WITHIN_MS)
  end)
  await_settings(config)
  return config
end

local function start()
  local config = client_config()
  if type(config.cmd) == 'function' then
    local server = require('antiphon.server.locate')
    local found, problem = server.find()
    if not found then
      return server.offer_uvx(function(allowed)
        if allowed then
          return start()
        end
        resolve_waiting(nil, problem)
      end)
    end
  end
  local ok, id = pcall(vim.lsp.start, config, {
    attach = false,
    reuse_client = function()
      return false
    end,
  })
  if not ok or not id then
    return resolve_waiting(nil, 'the server could not be started; see `:Antiphon log`')
  end
  client_id = id
end

--- Calls back with the running client, which is started if necessary.
---@param callback fun(client: vim.lsp.Client|nil, problem: string|nil)
function M.ready(callback)
  local client = M.current()
  if client and client.initialized and is_configured then
    return callback(client)
  end
  waiting[#waiting + 1] = callback
  if not client and #waiting == 1 then
    start()
  end
end

--- Sends a request; `answer` gets the result without its nulls.
---@param method string
---@param params table
---@param answer antiphon.Answer
---@param sent? fun(request_id: integer)
function M.request(method, params, answer, sent)
  M.ready(function(client, problem)
    if not client then
      return answer({ code = 0, message = problem or '' }, nil)
    end
    ---@diagnostic disable-next-line: param-type-mismatch
    local ok, id = client:request(method, params, function(err, result)
      answer(without_null(err), without_null(result))
    end)
    if not ok then
      answer({ code = 0, message = 'the server is not running' }, nil)
    elseif sent and id then
      sent(id)
    end
  end)
end

--- Runs a command of the server.
---@param name string
---@param argument table
---@param answer antiphon.Answer
---@param sent? fun(request_id: integer)
function M.command(name, argument, answer, sent)
  local arguments = { next(argument) == nil and vim.empty_dict() or argument }
  M.request('workspace/executeCommand', { command = name, arguments = arguments }, answer, sent)
end

--- Reads the text of a document.
---@param uri string
---@param answer fun(problem: lsp.ResponseError|nil, text: string|nil)
function M.content(uri, answer)
  M.request('workspace/textDocumentContent', { uri = uri }, function(problem, result)
    answer(problem, result and result.text)
  end)
end

--- Stops the server without a restart.
---@param done fun()
function M.stop(done)
  local client = M.current()
  client_id = nil
  if not client then
    return done()
  end
  client:stop()
  local deadline = vim.uv.now() + 3000
  local function poll()
    if client:is_stopped() then
      done()
    elseif vim.uv.now() > deadline then
      client:stop(true)
      done()
    else
      vim.defer_fn(poll, 20)
    end
  end
  poll()
end

return M
