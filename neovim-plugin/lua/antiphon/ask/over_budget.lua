--- A question that a budget does not allow goes on only where the person says so.

local M = {}

--- Asks whether to go over the budget, where that is what `problem` is about.
---@param problem lsp.ResponseError|nil
---@param argument { allowOverBudget?: boolean } what was refused
---@param again fun() asks once more, with the permission in `argument`
---@param otherwise fun()
function M.confirm(problem, argument, again, otherwise)
  local data = problem and type(problem.data) == 'table' and problem.data or {}
  if data.kind ~= 'budget' or argument.allowOverBudget then
    return otherwise()
  end
  local prompt = data.message .. ' Go over the budget?'
  vim.ui.select({ 'Go over the budget', 'Do not send' }, { prompt = prompt }, function(_, index)
    if index ~= 1 then
      return otherwise()
    end
    argument.allowOverBudget = true
    again()
  end)
end

return M
