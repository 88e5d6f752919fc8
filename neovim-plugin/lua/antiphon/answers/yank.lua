--- Yanks the block of code under the cursor.

local client = require('antiphon.server.client')
local notify = require('antiphon.ui.notify')
local panes = require('antiphon.panes')

local M = {}

--- Puts the block of code under the cursor into a register, as whole lines.
---@param register string
function M.yank(register)
  local pane = panes.current()
  if not pane or not pane.id then
    return notify.warn('there is no pane under the cursor')
  end
  local position = { line = vim.api.nvim_win_get_cursor(0)[1] - 1, character = 0 }
  local argument = { uri = pane.uri, position = position }
  client.command('antiphon.code.propose', argument, function(problem, result)
    if problem then
      return notify.response_error(problem)
    end
    local lines = vim.split((result.code:gsub('\n$', '')), '\n', { plain = true })
    vim.fn.setreg(register, lines, 'V')
    local count = #lines == 1 and 'one line' or ('%d lines'):format(#lines)
    notify.info(('yanked %s of code'):format(count))
  end)
end

return M
