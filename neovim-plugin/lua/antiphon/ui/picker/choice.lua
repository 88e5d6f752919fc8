--- Models and line-ups as rows of the picker, and which are chosen. Pure.

local format = require('antiphon.ui.format')

---@class antiphon.Choice
---@field result antiphon.ModelsResult
---@field lineups string[] Their names, in order.
---@field presets string[] Their names, in order.
---@field private chosen table<string, true>
local Choice = {}
Choice.__index = Choice

---@class antiphon.ChoiceRow
---@field cells string[]
---@field group string|nil The whole row's highlight.
---@field chosen boolean
---@field model antiphon.ModelInfo|nil
---@field lineup string|nil
---@field preset string|nil

local M = {}

---@param preset antiphon.Preset
---@return string
local function format_params(preset)
  local parts = {}
  for name, value in vim.spairs(preset.params or {}) do
    parts[#parts + 1] = (' %s=%s'):format(name, tostring(value))
  end
  return table.concat(parts) .. (preset.system and ' ' .. preset.system or '')
end

---@param entry string|antiphon.ModelChoice of a line-up
---@return string
local function id_of(entry)
  return type(entry) == 'table' and entry.model or entry --[[@as string]]
end

---@param result antiphon.ModelsResult
---@param chosen string[]
---@return antiphon.Choice
function M.new(result, chosen)
  local choice = setmetatable({ result = result, chosen = {} }, Choice)
  choice:list_names()
  for _, id in ipairs(chosen) do
    -- An entry of a line-up with a title of its own is not a row of this list.
    choice.chosen[id_of(id)] = true
  end
  return choice
end

---@private
---@param id string
---@return boolean
function Choice:is_available(id)
  local preset = id:match('^@(.+)$')
  if preset then
    return (self.result.presets or {})[preset] ~= nil
  end
  return vim.iter(self.result.models):any(function(model)
    return model.id == id and model.available
  end)
end

--- Returns whether every available model of the line-up is chosen.
---@private
---@param name string
---@return string[] ids
function Choice:entries(name)
  return vim.tbl_map(id_of, self.result.lineups[name])
end

---@private
---@param name string
---@return boolean
function Choice:has_lineup(name)
  local usable = vim.tbl_filter(function(id)
    return self:is_available(id)
  end, self:entries(name))
  return #usable > 0 and vim.iter(usable):all(function(id)
    return self.chosen[id] == true
  end)
end

--- Returns the rows: line-ups, presets, then the models in the order of the server.
---@return antiphon.ChoiceRow[]
function Choice:rows()
  local rows = {}
  for _, name in ipairs(self.lineups) do
    rows[#rows + 1] = {
      lineup = name,
      chosen = self:has_lineup(name),
      group = 'AntiphonLineup',
      cells = { name, 'line-up', '', table.concat(self:entries(name), ', ') },
    }
  end
  for _, name in ipairs(self.presets) do
    local preset = self.result.presets[name]
    rows[#rows + 1] = {
      preset = name,
      chosen = self.chosen['@' .. name] == true,
      group = 'AntiphonLineup',
      cells = { '@' .. name, 'preset', '', preset.model .. format_params(preset) },
    }
  end
  for _, model in ipairs(self.result.models) do
    rows[#rows + 1] = self:row(model)
  end
  return rows
end

---@private
---@param model antiphon.ModelInfo
---@return antiphon.ChoiceRow
function Choice:row(model)
  local price = ''
  if model.inputCostPerMTok or model.outputCostPerMTok then
    local input = format.price(model.inputCostPerMTok)
    local output = format.price(model.outputCostPerMTok)
    price = input == output and input or ('%s → %s'):format(input, output)
  end
  local about = model.available and model.description or model.reason
  local window = model.contextWindow and format.count(model.contextWindow) or ''
  return {
    model = model,
    chosen = self.chosen[model.id] == true,
    group = not model.available and 'AntiphonUnavailable' or nil,
    cells = { model.id, window, price, about or '' },
  }
end

--- Toggles a row.
---@param row antiphon.ChoiceRow
---@return string|nil refusal why it cannot be chosen
function Choice:toggle(row)
  if row.lineup then
    for _, id in ipairs(self:entries(row.lineup)) do
      self.chosen[id] = not row.chosen and self:is_available(id) or nil
    end
  elseif row.preset then
    self.chosen['@' .. row.preset] = not row.chosen or nil
  elseif row.model.available or row.chosen then
    self.chosen[row.model.id] = not row.chosen or nil
  else
    return ('%s: %s'):format(row.model.id, row.model.reason or 'not available')
  end
end

--- Names the chosen models as a line-up.
---@param name string
function Choice:name_lineup(name)
  self.result.lineups[name] = self:picked()
  self:list_names()
end

---@param name string
function Choice:drop_lineup(name)
  self.result.lineups[name] = nil
  self:list_names()
end

--- Shows other presets; those that are gone are not chosen any more.
---@param presets table<string, antiphon.Preset>
function Choice:show_presets(presets)
  self.result.presets = presets
  for id in pairs(self.chosen) do
    if vim.startswith(id, '@') and not self:is_available(id) then
      self.chosen[id] = nil
    end
  end
  self:list_names()
end

---@private
function Choice:list_names()
  self.lineups = vim.tbl_keys(self.result.lineups)
  table.sort(self.lineups)
  self.presets = vim.tbl_keys(self.result.presets or {})
  table.sort(self.presets)
end

--- Returns the chosen models in the order of the list.
---@return string[]
function Choice:picked()
  local listed, models = {}, {}
  for _, model in ipairs(self.result.models) do
    listed[model.id] = true
    if self.chosen[model.id] then
      models[#models + 1] = model.id
    end
  end
  for id in vim.spairs(self.chosen) do
    if not listed[id] then
      models[#models + 1] = id
    end
  end
  return models
end

return M
