--- Lays out tables with colours for floating windows. Pure.

local M = {}

---@class antiphon.Cell
---@field [1] string
---@field [2] string|nil a highlight group
---@field right? boolean Aligned at its right.

--- Aligns the cells of rows, which all have the same number of cells.
---@param rows antiphon.Cell[][]
---@return antiphon.FloatText
function M.lay_out(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for column, cell in ipairs(row) do
      widths[column] = math.max(widths[column] or 0, vim.fn.strdisplaywidth(cell[1]))
    end
  end
  local text = { lines = {}, marks = {} }
  for index, row in ipairs(rows) do
    local line = ' '
    for column, cell in ipairs(row) do
      local padding = (' '):rep(widths[column] - vim.fn.strdisplaywidth(cell[1]))
      local from = #line + (cell.right and #padding or 0)
      line = line .. (cell.right and padding .. cell[1] or cell[1] .. padding) .. '  '
      if cell[2] and cell[1] ~= '' then
        text.marks[#text.marks + 1] =
          { row = index - 1, from = from, to = from + #cell[1], group = cell[2] }
      end
    end
    text.lines[index] = (line:gsub('%s+$', ''))
  end
  return text
end

--- Appends a text below another.
---@param first antiphon.FloatText
---@param second antiphon.FloatText
---@return antiphon.FloatText
function M.append_below(first, second)
  for _, mark in ipairs(second.marks) do
    first.marks[#first.marks + 1] =
      { row = mark.row + #first.lines, from = mark.from, to = mark.to, group = mark.group }
  end
  vim.list_extend(first.lines, second.lines)
  return first
end

--- Draws a bar of a width in cells.
---@param share number 0 to 1
---@param width integer
---@return string
function M.bar(share, width)
  local eighths = math.floor(math.max(0, math.min(1, share)) * width * 8 + 0.5)
  local full, rest = math.floor(eighths / 8), eighths % 8
  local partial = ({ '', '▏', '▎', '▍', '▌', '▋', '▊', '▉' })[rest + 1]
  return ('█'):rep(full) .. partial
end

return M
