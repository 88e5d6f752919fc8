--- Maps the messages of a pane to their lines.

local client = require('antiphon.server.client')
local panes = require('antiphon.panes')
local notify = require('antiphon.ui.notify')

local M = {}

---@class antiphon.Turn
---@field message antiphon.Message
---@field first integer zero-based row of its heading
---@field last integer

--- Lists the messages of a pane in order. The outline has one entry for each.
---@param pane antiphon.PaneView
---@param done fun(turns: antiphon.Turn[])
function M.list(pane, done)
  if not pane.id then
    return notify.warn(('%s is not ready yet'):format(pane.title))
  end
  client.command('antiphon.session.open', { sessionId = pane.session_id }, function(problem, opened)
    if problem then
      return notify.response_error(problem)
    end
    local messages = vim.tbl_filter(function(message)
      return message.paneId == pane.id and not message.superseded
    end, opened.messages)
    local params = { textDocument = { uri = pane.uri } }
    client.request('textDocument/documentSymbol', params, function(trouble, symbols)
      if trouble then
        return notify.response_error(trouble)
      end
      local turns = {}
      for index = 1, math.min(#messages, #(symbols or {})) do
        local range = symbols[index].range
        turns[index] =
          { message = messages[index], first = range.start.line, last = range['end'].line }
      end
      done(turns)
    end)
  end)
end

--- Calls back with the message under the cursor; warns if there is none.
---@param done fun(message: antiphon.Message, pane: antiphon.PaneView)
function M.at_cursor(done)
  local pane, row = panes.current(), vim.api.nvim_win_get_cursor(0)[1] - 1
  if not pane then
    return notify.warn('there is no pane under the cursor')
  end
  M.list(pane, function(turns)
    for index = #turns, 1, -1 do
      if turns[index].first <= row or index == 1 then
        return done(turns[index].message, pane)
      end
    end
    notify.warn('nothing has been said here')
  end)
end

return M
