--- What is chosen among a session's panes. Pure.

---@class antiphon.PaneChoice: antiphon.Pickable
---@field private panes antiphon.PaneView[]
---@field private chosen table<antiphon.PaneView, true>
local PaneChoice = {}
PaneChoice.__index = PaneChoice

local M = {}

---@param panes antiphon.PaneView[]
---@param chosen? antiphon.PaneView[] what is chosen to begin with
---@return antiphon.PaneChoice
function M.new(panes, chosen)
  local choice = setmetatable({ panes = panes, chosen = {} }, PaneChoice)
  for _, pane in ipairs(chosen or {}) do
    choice.chosen[pane] = true
  end
  return choice
end

function PaneChoice:rows()
  local looks = require('antiphon.panes.winbar').LOOKS
  return vim.tbl_map(function(pane)
    local look = looks[pane.state]
    return {
      pane = pane,
      chosen = self.chosen[pane] == true,
      cells = { pane.title, look.mark, pane.note or look.word, pane.model },
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
