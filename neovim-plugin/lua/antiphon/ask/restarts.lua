--- Limits how often a server that died is started again. Pure.

---@class antiphon.Restarts
---@field private times integer[]
local Restarts = {}
Restarts.__index = Restarts

local M = {}

---@return antiphon.Restarts
function M.new()
  return setmetatable({ times = {} }, Restarts)
end

--- Records a restart and returns its number within the window, or nil if it would be one too many.
---@param now integer milliseconds of any clock
---@param limits { limit: integer, within_ms: integer }
---@return integer|nil
function Restarts:next(now, limits)
  self.times = vim.tbl_filter(function(at)
    return now - at < limits.within_ms
  end, self.times)
  if #self.times >= limits.limit then
    return nil
  end
  self.times[#self.times + 1] = now
  return #self.times
end

return M
