--- Formats numbers, prices, times and budgets. Pure.

local M = {}

--- Formats a count: `1,204`, from ten thousand on `12.3k`.
---@param count integer
---@return string
function M.count(count)
  if count < 1000 then
    return ('%d'):format(count)
  elseif count < 10000 then
    return ('%d,%03d'):format(math.floor(count / 1000), count % 1000)
  elseif count < 999950 then
    return (('%.1fk'):format(count / 1000):gsub('%.0k$', 'k'))
  end
  return (('%.1fM'):format(count / 1000000):gsub('%.0M$', 'M'))
end

--- Formats a decimal string in US dollars: with cents, or more places for small amounts.
---@param amount string|nil
---@return string|nil
function M.money(amount)
  local value = tonumber(amount)
  if not value then
    return nil
  elseif value == 0 then
    return '$0'
  elseif value < 0.0001 then
    return '<$0.0001'
  elseif value < 0.1 then
    return ('$%.4f'):format(value)
  end
  return ('$%.2f'):format(value)
end

--- Formats a price per million tokens, without trailing zeros.
---@param amount string|nil
---@return string
function M.price(amount)
  local value = tonumber(amount)
  if not value then
    return '?'
  elseif value == 0 then
    return 'free'
  end
  return '$' .. (('%.3f'):format(value):gsub('0+$', ''):gsub('%.$', ''))
end

--- Formats a speed: `42 tok/s`.
---@param tokens_per_second number
---@return string
function M.speed(tokens_per_second)
  return M.count(math.floor(tokens_per_second + 0.5)) .. ' tok/s'
end

---@param milliseconds number
---@return string
function M.seconds(milliseconds)
  if milliseconds < 1000 then
    return ('%d ms'):format(milliseconds)
  end
  local seconds = milliseconds / 1000
  if seconds < 100 then
    return ('%.1f s'):format(seconds)
  end
  return ('%d min'):format(math.floor(seconds / 60 + 0.5))
end

---@param usage antiphon.Usage|nil
---@return integer
function M.output_tokens(usage)
  return usage and usage.outputTokens + usage.reasoningTokens or 0
end

--- Formats the progress of panes: `2/4 · 1,204 tokens · $0.0031`.
---@param panes antiphon.PaneView[]
---@param is_answering fun(pane: antiphon.PaneView): boolean
---@return string
function M.progress(panes, is_answering)
  local done, tokens, cost = 0, 0, 0
  for _, pane in ipairs(panes) do
    local meter = pane.meter or {}
    done = done + (is_answering(pane) and 0 or 1)
    tokens = tokens + M.output_tokens(meter.usage)
    cost = cost + (tonumber(meter.cost and meter.cost.amount) or 0)
  end
  return ('%d/%d · %s tokens · %s'):format(done, #panes, M.count(tokens), M.money(tostring(cost)))
end

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
  return ('%s of %s left'):format(M.money(budget.remaining), M.money(budget.limit))
end

--- Formats what is spent of a budget: `$0.42 spent, $0.03 held of $1.00 today`.
---@param budget antiphon.BudgetStatus
---@return string
function M.spending(budget)
  local held = (tonumber(budget.reserved) or 0) > 0
      and (', %s held'):format(M.money(budget.reserved))
    or ''
  local spent, limit = M.money(budget.spent), M.money(budget.limit)
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

--- Formats an estimate: `about 1,204 tokens · $0.0040, at most $0.0120`.
---@param total antiphon.EstimateTotal
---@return string
function M.estimate(total)
  local text = ('about %s tokens'):format(M.count(total.inputTokens))
  if total.cost then
    local likely, most = M.money(total.cost.likely), M.money(total.cost.max)
    text = text .. ' · ' .. (likely == '$0' and 'free' or likely)
    if most ~= likely then
      text = ('%s, at most %s'):format(text, most)
    end
  end
  if total.unpriced > 0 then
    text = ('%s · %d without a known price'):format(text, total.unpriced)
  end
  return text
end

return M
