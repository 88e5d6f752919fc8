--- Formats budgets and estimates. Pure.

local format = require('antiphon.ui.format')

local M = {}

local SCOPES = { run = 'each run', session = 'this session', day = 'today', month = 'this month' }

--- Formats the scope of a budget: `today · openai`.
---@param budget antiphon.BudgetStatus
---@return string
function M.budget_name(budget)
  local only = budget.model or budget.provider
  return SCOPES[budget.scope] .. (only and ' · ' .. only or '')
end

--- Formats what is left of a budget: `$0.40 of $1.00 left`.
---@param budget antiphon.BudgetStatus
---@return string
function M.budget(budget)
  return ('%s of %s left'):format(format.money(budget.remaining), format.money(budget.limit))
end

--- Formats what is spent of a budget: `$0.42 spent, $0.03 held of $1.00 today`.
---@param budget antiphon.BudgetStatus
---@return string
function M.spending(budget)
  local held = (tonumber(budget.reserved) or 0) > 0
      and (', %s held'):format(format.money(budget.reserved))
    or ''
  local spent, limit = format.money(budget.spent), format.money(budget.limit)
  return ('%s spent%s of %s %s'):format(spent, held, limit, M.budget_name(budget))
end

--- Sorts budgets, nearly exhausted ones first.
---@param budgets antiphon.BudgetStatus[]
---@return antiphon.BudgetStatus[]
function M.tightest_first(budgets)
  local rank = { spent = 1, warned = 2, within = 3 }
  local sorted = vim.list_slice(budgets)
  table.sort(sorted, function(a, b)
    if rank[a.state] ~= rank[b.state] then
      return rank[a.state] < rank[b.state]
    end
    return (tonumber(a.remaining) or 0) < (tonumber(b.remaining) or 0)
  end)
  return sorted
end

--- Formats what is left of all budgets, in one line.
---@param budgets antiphon.BudgetStatus[]
---@return string
function M.budgets(budgets)
  return table.concat(
    vim.tbl_map(function(budget)
      return M.budget(budget) .. ' ' .. M.budget_name(budget)
    end, M.tightest_first(budgets)),
    ', '
  )
end

--- Formats an estimate with the budgets that apply.
---@param result antiphon.EstimateResult
---@return string
function M.quote(result)
  local budgets = M.budgets(result.budgets or {})
  return M.estimate(result.total) .. (budgets ~= '' and ' · ' .. budgets or '')
end

--- Formats an estimate: `about 1,204 tokens · $0.004–0.012 · 1 unpriced`.
---@param total antiphon.EstimateTotal
---@return string
function M.estimate(total)
  local parts = { 'about ' .. format.tokens(total.inputTokens) }
  if total.cost then
    parts[2] = format.cost_range(total.cost.likely, total.cost.max)
  end
  if total.unpriced > 0 then
    parts[#parts + 1] = ('%s %s'):format(format.exact_count(total.unpriced), format.UNPRICED)
  end
  return table.concat(parts, ' · ')
end

return M
