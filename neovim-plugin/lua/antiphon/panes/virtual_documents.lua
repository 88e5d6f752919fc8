--- Opens documents of the server that are not panes: messages, overviews, proposals. They are read
--- once and do not change by themselves.

local attach = require('antiphon.panes.attach')
local buffer_document = require('antiphon.panes.document')
local client = require('antiphon.server.client')
local pane_buffer = require('antiphon.panes.buffer')
local notify = require('antiphon.ui.notify')

local M = {}

M.FILETYPE = 'antiphon-document'

--- Returns whether a buffer name is the URI of such a document.
---@param name string
---@return boolean
function M.is_address(name)
  local kind = name:match('^antiphon:/+(%a+)/')
  return kind ~= nil and vim.list_contains({ 'message', 'consensus', 'proposal' }, kind)
end

--- Reads the document that the buffer is named after.
---@param buffer integer
---@param done? fun(problem: lsp.ResponseError|nil)
function M.fill(buffer, done)
  done = done or function() end
  pane_buffer.configure(buffer, M.FILETYPE)
  local document = buffer_document.new(buffer)
  client.content(vim.api.nvim_buf_get_name(buffer), function(problem, text)
    if problem then
      notify.response_error(problem)
    elseif vim.api.nvim_buf_is_loaded(buffer) then
      document:replace(text)
      pane_buffer.show_settled(buffer)
      attach.attach(buffer)
    end
    done(problem)
  end)
end

--- Creates a buffer and reads the document into it; the buffer is wiped when no window shows it.
---@param uri string
---@param done? fun(problem: lsp.ResponseError|nil)
---@return integer buffer
function M.open(uri, done)
  local buffer = vim.api.nvim_create_buf(false, true)
  pane_buffer.name(buffer, uri)
  M.fill(buffer, done)
  vim.bo[buffer].bufhidden = 'wipe'
  return buffer
end

return M
