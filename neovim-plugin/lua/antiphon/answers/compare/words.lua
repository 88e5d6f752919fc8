--- Converts the segments of a comparison to ranges in both texts. Pure.

local M = {}

---@class antiphon.Span
---@field row integer zero-based
---@field col integer in bytes
---@field end_row integer
---@field end_col integer

--- Returns the end position of a text that starts at a position.
---@param row integer
---@param col integer
---@param text string
---@return integer row
---@return integer col
local function end_of(row, col, text)
  local from = 1
  while true do
    local at = text:find('\n', from, true)
    if not at then
      return row, col + #text - from + 1
    end
    row, col, from = row + 1, 0, at + 1
  end
end

--- Returns the ranges that only the left and only the right text has.
---@param segments antiphon.Segment[]
---@return antiphon.Span[] left
---@return antiphon.Span[] right
function M.spans(segments)
  local sides = {
    delete = { row = 0, col = 0, spans = {} },
    insert = { row = 0, col = 0, spans = {} },
  }
  for _, segment in ipairs(segments) do
    for op, side in pairs(sides) do
      if segment.op == op or segment.op == 'equal' then
        local row, col = end_of(side.row, side.col, segment.text)
        if segment.op == op then
          side.spans[#side.spans + 1] =
            { row = side.row, col = side.col, end_row = row, end_col = col }
        end
        side.row, side.col = row, col
      end
    end
  end
  return sides.delete.spans, sides.insert.spans
end

return M
