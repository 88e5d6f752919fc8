--- Converts LSP positions (zero-based lines, UTF-16 code units) to byte offsets. Pure.

local M = {}

--- Returns the byte offsets of the line's end and of the next line.
---@param text string
---@param from integer offset of the line's start
---@return integer content_end
---@return integer|nil next_line `nil` for the last line
local function line_at(text, from)
  local at = text:find('[\r\n]', from + 1)
  if not at then
    return #text, nil
  end
  local is_pair = text:sub(at, at + 1) == '\r\n'
  return at - 1, at + (is_pair and 1 or 0)
end

--- Returns the byte offset of an LSP position. Past a line's end it is the line's end, past the
--- last line the end of the text.
---@param text string
---@param position antiphon.Position
---@return integer
function M.offset_at(text, position)
  local start = 0
  for _ = 1, position.line do
    local _, next_line = line_at(text, start)
    if not next_line then
      return #text
    end
    start = next_line
  end
  local stop = line_at(text, start)
  local units, at = 0, start
  while at < stop and units < position.character do
    local byte = text:byte(at + 1)
    local width = byte < 0x80 and 1 or byte < 0xE0 and 2 or byte < 0xF0 and 3 or 4
    units = units + (width == 4 and 2 or 1)
    at = at + width
  end
  return math.min(at, stop)
end

return M
