--- Panes and models as targets in the picker, and which are chosen. Pure.

local states = require('antiphon.ui.pane_states')

---@class antiphon.TargetChoice: antiphon.Pickable
---@field private targets antiphon.Target[]
---@field private chosen table<antiphon.Target, true>
local TargetChoice = {}
TargetChoice.__index = TargetChoice

---@class antiphon.Target
---@field pane antiphon.PaneView|nil
---@field model antiphon.ModelInfo|nil

local M = {}

---@param panes antiphon.PaneView[]
---@param models antiphon.ModelInfo[]
---@return antiphon.TargetChoice
function M.new(panes, models)
  local targets = {}
  for _, pane in ipairs(panes) do
    targets[#targets + 1] = { pane = pane }
  end
  for _, model in ipairs(models) do
    if model.available then
      targets[#targets + 1] = { model = model }
    end
  end
  return setmetatable({ targets = targets, chosen = {} }, TargetChoice)
end

---@param target antiphon.Target
---@return string[]
local function cells(target)
  if target.pane then
    local state = states[target.pane.state]
    return { target.pane.title, state.mark, state.word, target.pane.model }
  end
  return { target.model.id, '+', 'new pane', target.model.description or '' }
end

function TargetChoice:rows()
  return vim.tbl_map(function(target)
    return {
      target = target,
      chosen = self.chosen[target] == true,
      group = target.model and 'AntiphonLineup' or nil,
      cells = cells(target),
    }
  end, self.targets)
end

function TargetChoice:toggle(row)
  self.chosen[row.target] = not row.chosen or nil
end

function TargetChoice:picked()
  return vim.tbl_filter(function(target)
    return self.chosen[target] == true
  end, self.targets)
end

return M
