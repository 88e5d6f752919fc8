--- Shows what a question is likely to cost before it is sent, and asks if that is a lot.

local M = {}

local PREFIX = 'Antiphon: '

---@param text string
local function show_message(text)
  -- A longer message would show the hit-enter prompt.
  local room = vim.v.echospace - #PREFIX
  vim.api.nvim_echo({ { PREFIX .. vim.fn.strcharpart(text, 0, room) } }, false, {})
end

--- Calls `go` unless the user declines the likely cost. A failed estimate stops nothing: the
--- request itself will report the failure.
---@param argument antiphon.BroadcastParams
---@param go fun()
---@param leave fun(problem: lsp.ResponseError|nil) called without a server, or if the user declines
function M.confirm(argument, go, leave)
  require('antiphon.server.client').command('antiphon.estimate', argument, function(problem, result)
    if problem then
      if problem.code == 0 then
        return leave(problem)
      end
      return go()
    end
    local text = require('antiphon.ui.budget_format').quote(result)
    local likely = result.total.cost and tonumber(result.total.cost.likely) or 0
    if likely <= require('antiphon.config').get().confirm_above then
      show_message(text)
      return go()
    end
    vim.ui.select({ 'Send', 'Do not send' }, { prompt = text }, function(_, index)
      if index == 1 then
        go()
      else
        leave()
      end
    end)
  end)
end

return M
