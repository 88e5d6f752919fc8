--- A pane's document in a buffer: appends are collected and written together, once a frame.
---
--- Law: the buffer's lines, joined by line feeds, are the document, byte for byte.

local autoscroll = require('antiphon.panes.document.autoscroll')
local position = require('antiphon.ui.position')
local hidden_characters = require('antiphon.ui.hidden_characters')

---@class antiphon.BufferDocument: antiphon.Document
---@field buffer integer
---@field on_foreign fun() Called if somebody else has changed the text: it must be read again.
---@field private pending string[]
---@field private tick integer Neovim's count of changes when the text was left.
---@field private row integer The end of the text; reading it back gets slower as it grows.
---@field private column integer
local BufferDocument = {}
BufferDocument.__index = BufferDocument

local M = {}

--- The change that `:lockmarks` runs at the moment.
---@type fun()|nil
M.reading = nil

---@param buffer integer
---@return antiphon.BufferDocument
function M.new(buffer)
  local document = { buffer = buffer, pending = {}, row = 0, column = 0, tick = 0 }
  document.on_foreign = function() end
  setmetatable(document, BufferDocument)
  document:find_end()
  return document
end

---@private
function BufferDocument:find_end()
  local last = vim.api.nvim_buf_get_lines(self.buffer, -2, -1, false)[1] or ''
  self.row, self.column = vim.api.nvim_buf_line_count(self.buffer) - 1, #last
  self:note_change()
end

---@private
function BufferDocument:note_change()
  self.tick = vim.api.nvim_buf_get_changedtick(self.buffer)
end

--- Reports a change by somebody else: another plugin, or the user in a buffer made modifiable. What
--- is appended to such a text would be in the wrong place.
---@return boolean is_foreign
function BufferDocument:check()
  if not self:is_open() or vim.api.nvim_buf_get_changedtick(self.buffer) == self.tick then
    return false
  end
  self.pending = {}
  self.on_foreign()
  return true
end

---@return boolean
function BufferDocument:is_open()
  return vim.api.nvim_buf_is_loaded(self.buffer)
end

---@private
---@param first integer the first row that `change` may change
---@param change fun()
---@param stays? boolean Cursors stay.
function BufferDocument:write(first, change, stays)
  if not self:is_open() then
    return
  end
  local options = vim.bo[self.buffer]
  options.modifiable = true
  if stays then
    change()
  else
    autoscroll.keep_at_end(self.buffer, change)
  end
  hidden_characters.show(self.buffer, first)
  options.modifiable = false
  options.modified = false
  self:note_change()
end

function BufferDocument:append(text)
  self.pending[#self.pending + 1] = text
end

--- Writes the collected text.
---@return boolean changed
function BufferDocument:flush()
  local text = table.concat(self.pending)
  self.pending = {}
  if text == '' or self:check() then
    return false
  end
  local lines = vim.split(text, '\n', { plain = true })
  self:write(self.row, function()
    local row, column = self.row, self.column
    vim.api.nvim_buf_set_text(self.buffer, row, column, row, column, lines)
    self.row = row + #lines - 1
    self.column = #lines == 1 and column + #lines[1] or #lines[#lines]
  end)
  return true
end

---@return string
function BufferDocument:text()
  return table.concat(vim.api.nvim_buf_get_lines(self.buffer, 0, -1, false), '\n')
end

---@return integer units of UTF-16, with the text that is not written yet
function BufferDocument:length()
  self:flush()
  return self:is_open() and vim.str_utfindex(self:text(), 'utf-16') or 0
end

function BufferDocument:cut(from)
  self:flush()
  if self:is_open() and not self:check() then
    local text = self:text()
    self:replace(text:sub(1, position.offset_at(text, from)))
  end
end

--- Changes the text as reading a file does: quickfix positions and cursors do not move.
---@private
---@param change fun()
function BufferDocument:read_in(change)
  M.reading = change
  vim.cmd('lockmarks lua require("antiphon.panes.document").reading()')
  M.reading = nil
  for _, window in ipairs(vim.fn.win_findbuf(self.buffer)) do
    vim.api.nvim_win_set_cursor(window, { 1, 0 })
  end
end

--- Replaces the text. Lines before the first difference are not written, so cursors and marks in
--- them stay. If there was no text, no cursor was at its end to follow it.
function BufferDocument:replace(text)
  self.pending = {}
  if not self:is_open() then
    return
  end
  local new = vim.split(text, '\n', { plain = true })
  local old = vim.api.nvim_buf_get_lines(self.buffer, 0, -1, false)
  local same = 0
  while same < #new and same < #old and new[same + 1] == old[same + 1] do
    same = same + 1
  end
  if same < #new or same < #old then
    local function change()
      vim.api.nvim_buf_set_lines(self.buffer, same, -1, false, vim.list_slice(new, same + 1))
    end
    if #old == 1 and old[1] == '' then
      self:write(same, function()
        self:read_in(change)
      end, true)
    else
      self:write(same, change)
    end
  end
  self:find_end()
end

return M
