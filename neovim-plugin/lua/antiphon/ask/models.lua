--- Lists models and line-ups, and remembers which the user chose.

local client = require('antiphon.server.client')
local presets = require('antiphon.server.presets')
local remembered = require('antiphon.config.remembered')
local notify = require('antiphon.ui.notify')

local M = {}

---@type antiphon.ModelsResult|nil
local known

--- Returns the last list of the server, for completion.
---@return antiphon.ModelsResult|nil
function M.cached()
  return known
end

--- Lists the models.
---@param callback fun(result: antiphon.ModelsResult)
---@param refresh? boolean asks the providers again
---@param otherwise? fun(problem: lsp.ResponseError) called if they cannot be listed
function M.list(callback, refresh, otherwise)
  client.command('antiphon.models', { refresh = refresh }, function(problem, result)
    if problem then
      return (otherwise or notify.response_error)(problem)
    end
    result.lineups = vim.tbl_extend('keep', result.lineups, remembered.read().lineups or {})
    -- What was saved a moment ago may not be the server's yet.
    result.presets = vim.tbl_extend('keep', result.presets or {}, presets.saved())
    known = result
    callback(result)
  end)
end

--- Returns names of line-ups and presets and ids of models for completion. The first call starts
--- the server and waits for it briefly. Without a server it returns nothing: the command itself
--- will report that.
---@return string[]
function M.completions()
  if not known and (client.current() or require('antiphon.server.locate').find()) then
    local is_done = false
    local function finish()
      is_done = true
    end
    M.list(finish, false, finish)
    vim.wait(3000, function()
      return is_done
    end, 20)
  end
  local words = known and vim.tbl_keys(known.lineups) or {}
  for name in pairs(known and known.presets or {}) do
    words[#words + 1] = '@' .. name
  end
  table.sort(words)
  for _, model in ipairs(known and known.models or {}) do
    if model.available then
      words[#words + 1] = model.id
    end
  end
  return words
end

--- Returns why a word is neither a model's id, a line-up nor a preset.
---@param word string
---@param result antiphon.ModelsResult
---@return string|nil
local function unknown(word, result)
  local preset = word:match('^@(.+)$')
  if preset then
    return not result.presets[preset] and ('there is no preset called %s'):format(word) or nil
  elseif not result.lineups[word] and not word:find('/', 1, true) then
    return ('there is no line-up called %s. Models are written provider/model'):format(word)
  end
end

--- Resolves words to what is asked: ids and presets as they are, a line-up to all of its entries.
---@param words string[]
---@param callback fun(models: antiphon.Choosable[])
function M.resolve(words, callback)
  local has_names = vim.iter(words):any(function(word)
    return not word:find('/', 1, true)
  end)
  if not has_names then
    return callback(words)
  end
  M.list(function(result)
    local models = {}
    for _, word in ipairs(words) do
      local reason = unknown(word, result)
      if reason then
        return notify.error(reason)
      end
      vim.list_extend(models, result.lineups[word] or { word })
    end
    callback(models)
  end)
end

--- Splits a text into the names of line-ups and presets that it begins with and the rest: a name
--- that was completed is meant, and no prompt.
---@param text string
---@param callback fun(names: string[], rest: string|nil)
function M.split_lineups(text, callback)
  M.list(function(result)
    local names, rest = {}, vim.trim(text)
    while rest ~= '' do
      local word, after = rest:match('^(%S+)%s*(.*)$')
      if not result.lineups[word] and not result.presets[word:match('^@(.+)$') or ''] then
        break
      end
      names[#names + 1], rest = word, after
    end
    callback(names, rest ~= '' and rest or nil)
  end)
end

--- Returns the models that were asked last and still exist, else the server's default.
---@param result antiphon.ModelsResult
---@return string[]
function M.preferred(result)
  local available = {}
  for _, model in ipairs(result.models) do
    available[model.id] = model.available
  end
  for name in pairs(result.presets) do
    available['@' .. name] = true
  end
  local last = vim.tbl_filter(function(id)
    return available[id] == true
  end, remembered.read().models or {})
  return #last > 0 and last or result.default
end

---@param models antiphon.Choosable[]
function M.remember(models)
  remembered.update({ models = models })
end

--- Returns why no model can be asked, or nil if one can.
---@param result antiphon.ModelsResult
---@return string|nil
local function unavailable_reason(result)
  local reason
  for _, model in ipairs(result.models) do
    if model.available then
      return nil
    end
    reason = reason or model.reason
  end
  return reason or 'no provider is configured'
end

--- Asks the user for models.
---@param callback fun(models: string[])
---@param refresh? boolean
function M.choose(callback, refresh)
  M.list(function(result)
    local obstacle = unavailable_reason(result)
    if obstacle then
      local text = 'no model can be asked: %s. See :checkhealth antiphon'
      return notify.error(text:format(obstacle))
    end
    local list = require('antiphon.ui.picker.model_list')
    list.open(result, M.preferred(result), presets, function(chosen)
      M.remember(chosen)
      callback(chosen)
    end)
  end, refresh)
end

return M
