--- Saves, renames and deletes this user's presets, and tells the server of each change.

local client = require('antiphon.server.client')
local notify = require('antiphon.ui.notify')
local remembered = require('antiphon.config.remembered')

local M = {}

--- Returns the presets that were saved here.
---@return table<string, antiphon.Preset>
function M.saved()
  return remembered.read().presets or {}
end

---@param presets table<string, antiphon.Preset>
local function store(presets)
  remembered.update({ presets = next(presets) and presets or vim.empty_dict() })
  client.reconfigure()
end

--- Parses `name=value …`. Pure.
---@param text string
---@return antiphon.Params|nil
function M.parse_params(text)
  local params = {}
  for name, value in text:gmatch('(%a[%w_]*)=(%S+)') do
    params[name] = tonumber(value) or value
  end
  return next(params) and params or nil
end

--- Returns whether a name may be that of a preset; says why not.
---@param name string
---@return boolean
local function is_valid(name)
  if name:find('^[%w_.-]+$') then
    return true
  end
  notify.error('the name of a preset has letters, digits, `.`, `-` and `_`')
  return false
end

--- Saves a preset; one of that name is replaced.
---@param name string
---@param preset antiphon.Preset
---@return boolean
function M.save(name, preset)
  if not is_valid(name) then
    return false
  end
  store(vim.tbl_extend('force', M.saved(), { [name] = preset }))
  notify.info(('`@%s` asks %s from now on'):format(name, preset.model))
  return true
end

--- Returns whether a preset was saved here; says so if not.
---@param name string
---@return boolean
local function is_saved(name)
  local is_known = M.saved()[name] ~= nil
  if not is_known then
    notify.error(('no preset `@%s` was saved here'):format(name))
  end
  return is_known
end

--- Returns line-ups with one name of a preset instead of another. Pure.
---@param lineups table<string, (string|antiphon.ModelChoice)[]>
---@param name string
---@param new string
---@return table<string, (string|antiphon.ModelChoice)[]>
function M.rename_in(lineups, name, new)
  local before, after = '@' .. name, '@' .. new
  return vim.tbl_map(function(entries)
    return vim.tbl_map(function(entry)
      if type(entry) == 'table' and entry.model == before then
        return vim.tbl_extend('force', entry, { model = after })
      end
      return entry == before and after or entry
    end, entries)
  end, lineups)
end

--- Renames a preset, in the line-ups that were saved here too.
---@param name string
---@param new string
---@return boolean
function M.rename(name, new)
  local presets = M.saved()
  if not is_saved(name) or not is_valid(new) then
    return false
  elseif presets[new] then
    notify.error(('there is a preset `@%s` already'):format(new))
    return false
  end
  presets[new], presets[name] = presets[name], nil
  local lineups = M.rename_in(remembered.read().lineups or {}, name, new)
  remembered.update({ lineups = next(lineups) and lineups or vim.empty_dict() })
  store(presets)
  notify.info(('the preset is called `@%s`'):format(new))
  return true
end

---@param name string
---@return boolean
function M.delete(name)
  local presets = M.saved()
  if not is_saved(name) then
    return false
  end
  presets[name] = nil
  store(presets)
  notify.info(('the preset `@%s` is deleted'):format(name))
  return true
end

---@param prompts string[]
---@param done fun(answers: string[]|nil) `nil` if the user leaves one
local function ask_each(prompts, done)
  local answers = {}
  local function go_on()
    local prompt = prompts[#answers + 1]
    if not prompt then
      return done(answers)
    end
    vim.ui.input({ prompt = prompt }, function(text)
      if text == nil then
        return done(nil)
      end
      answers[#answers + 1] = vim.trim(text)
      go_on()
    end)
  end
  go_on()
end

--- Asks for what a preset of a model is, and saves it.
---@param model string
---@param done fun()
function M.create(model, done)
  local prompts = {
    'Name of the preset: ',
    'System prompt (may be empty): ',
    'Parameters, as temperature=0.2 (may be empty): ',
  }
  ask_each(prompts, function(answers)
    if answers and answers[1] ~= '' then
      M.save(answers[1], {
        model = model,
        system = answers[2] ~= '' and answers[2] or nil,
        params = M.parse_params(answers[3]),
      })
    end
    done()
  end)
end

--- Asks for another name of a preset.
---@param name string
---@param done fun()
function M.ask_to_rename(name, done)
  vim.ui.input({ prompt = 'Name of the preset: ', default = name }, function(text)
    local new = vim.trim(text or '')
    if new ~= '' and new ~= name then
      M.rename(name, new)
    end
    done()
  end)
end

return M
