--- Models and line-ups as rows of the picker, and which are chosen. Pure.

local format = require('antiphon.ui.format')

---@class antiphon.Choice
---@field result antiphon.ModelsResult
---@field lineups string[] Their names, in order.
---@field private chosen table<string, true>
local Choice = {}
Choice.__index = Choice

---@class antiphon.ChoiceRow
---@field cells string[]
---@field group string|nil The whole row's highlight.
---@field chosen boolean
---@field model antiphon.ModelInfo|nil
---@field lineup string|nil

local M = {}

---@param result antiphon.ModelsResult
---@param chosen string[]
---@return antiphon.Choice
function M.new(result, chosen)
  local choice = setmetatable({ result = result, chosen = {} }, Choice)
  choice:list_lineups()
  for _, id in ipairs(chosen) do
    choice.chosen[id] = true
  end
  return choice
end

---@private
---@param id string
---@return boolean
function Choice:is_available(id)
  return vim.iter(self.result.models):any(function(model)
    return model.id == id and model.available
  end)
end

--- Returns whether every available model of the line-up is chosen.
---@private
---@param name string
---@return boolean
function Choice:has_lineup(name)
  local usable = vim.tbl_filter(function(id)
    return self:is_available(id)
  end, self.result.lineups[name])
  return #usable > 0 and vim.iter(usable):all(function(id)
    return self.chosen[id] == true
  end)
end

--- Returns the rows: line-ups first, then the models in the order of the server.
---@return antiphon.ChoiceRow[]
function Choice:rows()
  local rows = {}
  for _, name in ipairs(self.lineups) do
    rows[#rows + 1] = {
      lineup = name,
      chosen = self:has_lineup(name),
      group = 'AntiphonLineup',
      cells = { name, 'line-up', '', table.concat(self.result.lineups[name], ', ') },
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
    for _, id in ipairs(self.result.lineups[row.lineup]) do
      self.chosen[id] = not row.chosen and self:is_available(id) or nil
    end
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
  self:list_lineups()
end

---@param name string
function Choice:drop_lineup(name)
  self.result.lineups[name] = nil
  self:list_lineups()
end

---@private
function Choice:list_lineups()
  self.lineups = vim.tbl_keys(self.result.lineups)
  table.sort(self.lineups)
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
  for id in pairs(self.chosen) do
    if not listed[id] then
      models[#models + 1] = id
    end
  end
  return models
end

return M
