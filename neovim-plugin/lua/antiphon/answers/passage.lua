--- Finds the passage of an answer that a command is about: the selection, the statement marked
--- under the cursor, or the one that a line of the overview describes.

local panes = require('antiphon.panes')

local M = {}

---@class antiphon.Passage
---@field text string
---@field is_lines boolean It consists of whole lines.
---@field pane? antiphon.PaneView
---@field range? antiphon.Range Its range in the pane.

---@param text string
---@param pane antiphon.PaneView
---@param range antiphon.Range
---@return antiphon.Passage
local function of_pane(text, pane, range)
  return { text = text, is_lines = range['end'].character == 0, pane = pane, range = range }
end

---@param buffer integer
---@param row integer zero-based
---@param column integer in bytes
---@return antiphon.Position
local function position(buffer, row, column)
  local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] or ''
  return { line = row, character = vim.str_utfindex(line, 'utf-16', column, false) }
end

---@param place antiphon.QuickfixItem|nil
---@return antiphon.Passage|nil
local function of_place(place)
  local pane = place and panes.of_buffer(place.bufnr)
  if not place or not pane then
    return nil
  end
  local buffer, first, last = place.bufnr, place.lnum - 1, place.end_lnum - 1
  local lines = vim.api.nvim_buf_get_text(buffer, first, place.col - 1, last, place.end_col - 1, {})
  return of_pane(table.concat(lines, '\n'), pane, {
    start = position(buffer, first, place.col - 1),
    ['end'] = position(buffer, last, place.end_col - 1),
  })
end

--- Returns the marked passage at a position, or nil if there is none.
---@param buffer integer
---@param row integer zero-based
---@param column integer in bytes
---@return antiphon.Passage|nil
function M.find_at(buffer, row, column)
  return of_place(require('antiphon.answers.statements').place_at(buffer, row, column))
end

--- Returns the passage under the cursor.
---@return antiphon.Passage|nil
function M.at_cursor()
  local cursor = vim.api.nvim_win_get_cursor(0)
  return M.find_at(vim.api.nvim_get_current_buf(), cursor[1] - 1, cursor[2])
end

--- Returns the selected passage. A selection in the overview resolves to the pane that says it.
---@param first integer one-based
---@param last integer
---@return antiphon.Passage
function M.of_selection(first, last)
  local buffer = vim.api.nvim_get_current_buf()
  local item = require('antiphon.ask.context').selection(buffer, first, last)
  local text, pane = item.text:gsub('\n$', ''), panes.of_buffer(buffer)
  if pane then
    return of_pane(text, pane, item.range)
  end
  local said = M.find_at(buffer, first - 1, 0) or {}
  local is_lines = item.range['end'].character == 0
  return { text = text, is_lines = is_lines, pane = said.pane, range = said.range }
end

return M
