--- Shows, sets and deletes the API keys of providers.
---
--- Law: a key is typed without echo or history, and goes only to the server: never to a history, a
--- message or Neovim's log.

local client = require('antiphon.server.client')
local float = require('antiphon.ui.float')
local notify = require('antiphon.ui.notify')
local text_table = require('antiphon.ui.text_table')

local M = {}

---@param provider antiphon.KeyStatus
---@return string
local function format_note(provider)
  local words = { provider.problem or '' }
  if provider.source == 'none' and provider.keyPage then
    words = { provider.keyPage, provider.freeTier and 'free to try' or '' }
  elseif provider.source == 'environment' then
    words = { provider.variable or '' }
  end
  return vim.trim(table.concat(words, '  '))
end

--- Builds the text of the window. Pure.
---@param result antiphon.KeysStatusResult
---@return antiphon.FloatText
function M.text(result)
  local rows = {
    { { 'provider', 'AntiphonMeter' }, { 'key from', 'AntiphonMeter' }, { '' } },
  }
  for _, provider in ipairs(result.providers) do
    local has_key = provider.source ~= 'none'
    local source = has_key and provider.source or provider.needed and 'missing' or 'not needed'
    local group = has_key and 'AntiphonComplete' or 'AntiphonUnavailable'
    rows[#rows + 1] = {
      { provider.name, 'AntiphonModel' },
      { source, group },
      { format_note(provider), 'AntiphonMeter' },
    }
  end
  local text = text_table.lay_out(rows)
  local keyring = result.keyring
  local line = keyring.available and (' The keyring is %s.'):format(keyring.name or 'there')
    or ' No keyring: ' .. (keyring.problem or 'there is none')
  local mark = { row = 1, from = 0, to = #line, group = 'AntiphonMeter' }
  return text_table.append_below(text, { lines = { '', line }, marks = { mark } })
end

--- Shows the source of every provider's key.
function M.status()
  client.command('antiphon.keys.status', {}, function(problem, result)
    if problem then
      return notify.response_error(problem)
    end
    float.open(M.text(result), {
      title = 'Keys',
      hint = ':Antiphon keys set {provider} · q leave',
      filetype = 'antiphon-keys',
    })
  end)
end

--- Sends a request with Neovim's LSP log switched off, as its content must not be logged.
---@param send fun()
local function without_lsp_log(send)
  local log = vim.lsp.log
  local level = log.get_level()
  log.set_level(vim.log.levels.OFF)
  local ok, problem = pcall(send)
  log.set_level(level)
  if not ok then
    error(problem, 0)
  end
end

---@param provider string
---@param done fun(provider: string)
local function choose_provider_if_empty(provider, done)
  if provider ~= '' then
    return done(provider)
  end
  client.command('antiphon.keys.status', {}, function(problem, result)
    if problem then
      return notify.response_error(problem)
    end
    local providers = vim.list_extend(result.providers, result.vendors or {})
    require('antiphon.ui.picker.select').select(providers, {
      prompt = 'A key for',
      format_item = function(each)
        return ('%-12s %s'):format(each.name, each.source == 'none' and '' or each.source)
      end,
    }, function(each)
      if each then
        done(each.name)
      end
    end)
  end)
end

---@param provider string
---@param key string
---@param store "memory"|"keyring"|nil
local function send_key(provider, key, store)
  client.ready(function(running, problem)
    if not running then
      return notify.error(problem or '')
    end
    local argument = { provider = provider, key = key, persist = store }
    without_lsp_log(function()
      client.command('antiphon.keys.set', argument, function(refusal, result)
        if refusal then
          return notify.response_error(refusal)
        end
        local till = result.persisted == 'keyring' and 'in the keyring' or 'until the server ends'
        local but = result.shadowedBy and ('; the %s goes first'):format(result.shadowedBy) or ''
        notify.info(('the key for %s is in use, %s%s'):format(provider, till, but))
      end)
    end)
  end)
end

--- Asks for a provider's key and sends it to the server.
---@param provider string asked for if empty
---@param store "memory"|"keyring"|nil
function M.set(provider, store)
  choose_provider_if_empty(provider, function(name)
    -- Neither echoed nor remembered; <C-c> cancels.
    local ok, key = pcall(vim.fn.inputsecret, ('Key for %s: '):format(name))
    vim.cmd.redraw()
    if ok and vim.trim(key) ~= '' then
      send_key(name, vim.trim(key), store)
    end
  end)
end

--- Deletes a provider's key from the server and from the keyring.
---@param provider string asked for if empty
function M.delete(provider)
  choose_provider_if_empty(provider, function(name)
    client.command('antiphon.keys.delete', { provider = name }, function(problem, result)
      if problem then
        return notify.response_error(problem)
      end
      if result.reason then
        return notify.info(result.reason)
      end
      local now = result.provider.source
      notify.info(
        ('the key for %s is deleted'):format(name)
          .. (now ~= 'none' and ('; the %s still has one'):format(now) or '')
      )
    end)
  end)
end

--- Removes a key that was typed on the command line from its history and from what `@:` repeats.
function M.forget_command_line()
  vim.schedule(function()
    vim.api.nvim_feedkeys(vim.keycode(':redraw<CR>'), 'ntx', false)
    vim.fn.histdel('cmd', -1)
    vim.fn.histdel('cmd', [[\cAntiphon\s\+keys\s\+set\s\+\S\+\s\+\S]])
    notify.warn('a key typed on the command line is not used, and is forgotten. It is asked for')
  end)
end

return M
