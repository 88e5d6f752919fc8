--- Messages of a pane as rows of the picker, and which are chosen. Pure.

---@class antiphon.TurnChoice: antiphon.Pickable
---@field private turns antiphon.Turn[]
---@field private chosen table<antiphon.Turn, true>
local TurnChoice = {}
TurnChoice.__index = TurnChoice

local M = {}

---@param turns antiphon.Turn[]
---@return antiphon.TurnChoice
function M.new(turns)
  return setmetatable({ turns = turns, chosen = {} }, TurnChoice)
end

function TurnChoice:rows()
  return vim.tbl_map(function(turn)
    local message = turn.message
    return {
      turn = turn,
      chosen = self.chosen[turn] == true,
      cells = { message.role, tostring(turn.first + 1), message.status, message.content },
    }
  end, self.turns)
end

function TurnChoice:toggle(row)
  self.chosen[row.turn] = not row.chosen or nil
end

function TurnChoice:picked()
  return vim.tbl_filter(function(turn)
    return self.chosen[turn] == true
  end, self.turns)
end

return M
