--- One side of a comparison: the last answer of a pane, updated while it streams, or a file.

local buffer_document = require('antiphon.panes.document')
local client = require('antiphon.server.client')
local listeners = require('antiphon.panes.listeners')
local pane_buffer = require('antiphon.panes.buffer')
local panes = require('antiphon.panes')
local states = require('antiphon.ui.pane_states')
local uri = require('antiphon.server.uri')

---@class antiphon.Side
---@field title string
---@field buffer integer
---@field pane antiphon.PaneView|nil `nil` for a file
---@field message_id string|nil
---@field document antiphon.BufferDocument|nil
---@field note string|nil How similar it is to the others.
---@field private is_reading boolean The text is being read, with the events until then.
---@field private changed fun()
---@field private stop fun()
local Side = {}
Side.__index = Side

local M = {}

---@param path string
---@return antiphon.Side
function M.of_file(path)
  local buffer = vim.fn.bufadd(vim.fn.fnamemodify(path, ':p'))
  vim.fn.bufload(buffer)
  local side = { title = vim.fs.basename(path), buffer = buffer, stop = function() end }
  return setmetatable(side, Side)
end

--- Returns a side with a document of the server, which does not change.
---@param uri_text string of a message
---@param title string
---@param changed fun() called when its text is there
---@return antiphon.Side
function M.of_document(uri_text, title, changed)
  local buffer = require('antiphon.panes.virtual_documents').open(uri_text, changed)
  local side = {
    title = title,
    buffer = buffer,
    message_id = uri.message_id(uri_text),
    stop = function() end,
  }
  return setmetatable(side, Side)
end

---@param pane antiphon.PaneView one that has begun to answer
---@param changed fun() called whenever its text may have changed
---@return antiphon.Side
function M.of_pane(pane, changed)
  local buffer = vim.api.nvim_create_buf(false, true)
  local side = setmetatable({
    title = pane.title,
    buffer = buffer,
    pane = pane,
    message_id = pane.message_id,
    changed = changed,
  }, Side)
  side:name()
  pane_buffer.configure(buffer, require('antiphon.panes.virtual_documents').FILETYPE)
  vim.bo[buffer].bufhidden = 'wipe'
  pane_buffer.show_streaming(buffer)
  side.document = buffer_document.new(buffer)
  side.stop = listeners.on(pane.id, function(event)
    side:handle_event(event)
  end)
  vim.api.nvim_create_autocmd('BufWipeout', { buffer = buffer, once = true, callback = side.stop })
  side:read()
  return side
end

---@private
function Side:name()
  pane_buffer.name(self.buffer, uri.message_uri(self.pane.uri, self.message_id))
end

--- Reads the answer as far as the server has sent it.
function Side:read()
  if not self.pane then
    return
  end
  local wanted = self.message_id
  self.is_reading = true
  client.content(vim.api.nvim_buf_get_name(self.buffer), function(problem, text)
    if wanted ~= self.message_id or not self.document:is_open() then
      return
    end
    self.is_reading = false
    if not problem then
      self.document:replace(text)
    end
    self:settle()
    self.changed()
  end)
end

---@private
function Side:settle()
  if not self:is_live() then
    pane_buffer.show_settled(self.buffer)
    require('antiphon.panes.attach').attach(self.buffer)
  end
end

--- Applies an event of the pane; a new answer replaces the one that was compared.
---@private
---@param event antiphon.StreamEvent
function Side:handle_event(event)
  if not self.document:is_open() then
    return self.stop()
  elseif event.type == 'start' then
    self.message_id, self.is_reading = event.messageId, false
    require('antiphon.panes.attach').detach(self.buffer)
    self:name()
    pane_buffer.show_streaming(self.buffer)
    self.document:replace('')
  elseif event.type == 'token' and not self.is_reading then
    self.document:append(event.text)
  elseif event.type == 'final' or event.type == 'error' then
    self.is_reading = false
    self.document:replace(event.content or '')
    self:settle()
  end
  self.changed()
end

--- Returns whether the answer is still streaming.
---@return boolean
function Side:is_live()
  return self.pane ~= nil and panes.is_answering(self.pane)
end

--- Writes the text that has arrived since the last flush.
function Side:flush()
  if self.document then
    self.document:flush()
  end
end

--- Returns this side as an argument of `antiphon.compare`.
---@return antiphon.CompareSide
function Side:to_argument()
  if self.message_id then
    return { messageId = self.message_id }
  end
  local lines = vim.api.nvim_buf_get_lines(self.buffer, 0, -1, false)
  return { uri = vim.uri_from_bufnr(self.buffer), text = table.concat(lines, '\n') .. '\n' }
end

--- Returns the text of the winbar above this side.
---@return string
function Side:winbar_text()
  local function plain(text)
    return (text:gsub('%%', '%%%%'))
  end
  local state = self.pane and states[self.pane.state] or { mark = '', group = 'AntiphonMeter' }
  local text = (' %%#%s#%s %%#AntiphonModel#%s'):format(state.group, state.mark, plain(self.title))
  for _, word in ipairs({ self:is_live() and state.word or '', self.note or '' }) do
    text = word == '' and text or text .. '%#AntiphonMeter# · ' .. plain(word)
  end
  return text .. '%*'
end

return M
