--- A session's panes as rows of the picker, and which are chosen. Pure.

local states = require('antiphon.ui.pane_states')

---@class antiphon.PaneChoice: antiphon.Pickable
---@field private panes antiphon.PaneView[]
---@field private chosen table<antiphon.PaneView, true>
local PaneChoice = {}
PaneChoice.__index = PaneChoice

local M = {}

---@param panes antiphon.PaneView[]
---@param chosen? antiphon.PaneView[] the initial choice
---@return antiphon.PaneChoice
function M.new(panes, chosen)
  local choice = setmetatable({ panes = panes, chosen = {} }, PaneChoice)
  for _, pane in ipairs(chosen or {}) do
    choice.chosen[pane] = true
  end
  return choice
end

function PaneChoice:rows()
  return vim.tbl_map(function(pane)
    local state = states[pane.state]
    return {
      pane = pane,
      chosen = self.chosen[pane] == true,
      cells = { pane.title, state.mark, pane.note or state.word, pane.model },
    }
  end, self.panes)
end

function PaneChoice:toggle(row)
  self.chosen[row.pane] = not row.chosen or nil
end

function PaneChoice:picked()
  return vim.tbl_filter(function(pane)
    return self.chosen[pane] == true
  end, self.panes)
end

return M
