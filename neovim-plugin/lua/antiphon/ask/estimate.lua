--- What a question may take, said before it is sent; asked about where that is much.

local M = {}

local PREFIX = 'Antiphon: '

---@param text string
local function show_message(text)
  -- One line: a longer one would make the person press a key.
  local room = vim.v.echospace - #PREFIX
  vim.api.nvim_echo({ { PREFIX .. vim.fn.strcharpart(text, 0, room) } }, false, {})
end

--- Goes on once the person knows what the question is likely to cost. What cannot be estimated is
--- not held up: whoever is asked says then what is wrong.
---@param argument antiphon.BroadcastParams
---@param go fun()
---@param leave fun(problem: lsp.ResponseError|nil) there is no server, or the person declines
function M.confirm(argument, go, leave)
  require('antiphon.server.client').command('antiphon.estimate', argument, function(problem, result)
    if problem then
      if problem.code == 0 then
        return leave(problem)
      end
      return go()
    end
    local text = require('antiphon.ui.format').quote(result)
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
