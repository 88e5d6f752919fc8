--- A document that is a string: what the reducer's own tests write into. Pure.

local position = require('antiphon.ui.position')

---@class antiphon.TextDocument: antiphon.Document
---@field text string
local TextDocument = {}
TextDocument.__index = TextDocument

function TextDocument:append(text)
  self.text = self.text .. text
end

function TextDocument:cut(from)
  self.text = self.text:sub(1, position.offset_at(self.text, from))
end

function TextDocument:replace(text)
  self.text = text
end

function TextDocument:length()
  return vim.str_utfindex(self.text, 'utf-16')
end

local M = {}

---@param text string|nil
---@return antiphon.TextDocument
function M.new(text)
  return setmetatable({ text = text or '' }, TextDocument)
end

return M
