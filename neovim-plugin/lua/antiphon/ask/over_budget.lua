--- Sends a question that exceeds a budget only if the user confirms.

local M = {}

--- Asks whether to exceed the budget if `problem` is about one.
---@param problem lsp.ResponseError|nil
---@param argument { allowOverBudget?: boolean } the refused one
---@param again fun() sends the request again, with the permission in `argument`
---@param otherwise fun()
function M.confirm(problem, argument, again, otherwise)
  local data = problem and type(problem.data) == 'table' and problem.data or {}
  if data.kind ~= 'budget' or argument.allowOverBudget then
    return otherwise()
  end
  local prompt = data.message .. ' Go over the budget?'
  require('antiphon.ui.picker.select').select(
    { 'Go over the budget', 'Do not send' },
    { prompt = prompt },
    function(_, index)
      if index ~= 1 then
        return otherwise()
      end
      argument.allowOverBudget = true
      again()
    end
  )
end

return M
