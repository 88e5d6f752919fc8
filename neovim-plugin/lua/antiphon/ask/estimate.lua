--- Shows what a question is likely to cost before it is sent, and asks if that is a lot.

local budget_format = require('antiphon.ui.budget_format')
local notify = require('antiphon.ui.notify')

local M = {}

--- Returns what the panes that a budget is about are likely to cost.
---@param budget antiphon.BudgetStatus
---@param list antiphon.PaneEstimate[]
---@return number
local function likely_cost(budget, list)
  local total = 0
  for _, pane in ipairs(list) do
    local provider = pane.model:match('^[^/]+')
    local counts = (not budget.model or budget.model == pane.model)
      and (not budget.provider or budget.provider == provider)
    total = total + (counts and pane.cost and tonumber(pane.cost.likely) or 0)
  end
  return total
end

--- Returns the budget that the question is likely to exceed, if it would be refused for that. Pure.
---@param result antiphon.EstimateResult
---@return antiphon.BudgetStatus|nil
function M.exceeded(result)
  return vim.iter(budget_format.tightest_first(result.budgets or {})):find(function(budget)
    local left = tonumber(budget.remaining) or 0
    return budget.action ~= 'warn' and likely_cost(budget, result.panes or {}) > left
  end)
end

--- Names the models that write a summary or a merge, each once.
---@param list antiphon.PaneEstimate[]
---@return string
local function writers(list)
  local models = {}
  for _, pane in ipairs(list) do
    if not vim.list_contains(models, pane.model) then
      models[#models + 1] = pane.model
    end
  end
  return table.concat(models, ', ')
end

---@param result antiphon.EstimateResult|antiphon.DigestEstimateResult
---@param quote string
---@param go fun(is_over_budget: boolean)
---@param leave fun()
local function ask(result, quote, go, leave)
  local exceeded = M.exceeded(result)
  local prompt, yes = quote, 'Send'
  if exceeded then
    prompt = ('%s. That is over the budget of %s'):format(
      prompt,
      budget_format.budget_name(exceeded)
    )
    yes = 'Go over the budget'
  end
  require('antiphon.ui.picker.select').select(
    { yes, 'Do not send' },
    { prompt = prompt },
    function(_, index)
      if index == 1 then
        go(exceeded ~= nil)
      else
        leave()
      end
    end
  )
end

--- Calls `go` unless the user declines the likely cost. A failed estimate stops nothing: the
--- request itself will report the failure.
---@param command "antiphon.estimate"|"antiphon.digest.estimate"|"antiphon.prompt.estimate"
---@param argument antiphon.BroadcastParams|antiphon.DigestEstimateParams|antiphon.PromptRunParams
---@param go fun(is_over_budget: boolean)
---@param leave fun(problem: lsp.ResponseError|nil) called without a server, or if the user declines
function M.confirm(command, argument, go, leave)
  require('antiphon.server.client').command(command, argument, function(problem, result)
    if problem then
      if problem.code == 0 then
        return leave(problem)
      end
      return go(false)
    end
    local quote = budget_format.quote(result)
    if command == 'antiphon.digest.estimate' then
      quote = ('by %s · %s'):format(writers(result.panes), quote)
    end
    local likely = result.total.cost and tonumber(result.total.cost.likely) or 0
    if likely <= require('antiphon.config').get().confirm_above then
      notify.hint(quote)
      return go(false)
    end
    ask(result, quote, go, leave)
  end)
end

return M
