--- How budgets and estimates are written.

local budget_format = require('antiphon.ui.budget_format')
local equal = require('expect').equal

local T = {}

local function budget(changes)
  local base = { scope = 'day', limit = '1', spent = '0.5', reserved = '0', remaining = '0.5' }
  return vim.tbl_extend('force', base, { state = 'within' }, changes or {})
end

T['a budget is named by its time, and by what alone it counts'] = function()
  local names = vim.tbl_map(function(scope)
    return budget_format.budget_name({ scope = scope })
  end, { 'run', 'session', 'day', 'month' })
  equal(names, { 'each run', 'this session', 'today', 'this month' })
  local both = { scope = 'day', provider = 'openai', model = 'openai/gpt-5' }
  equal(budget_format.budget_name(both), 'today · openai/gpt-5')
  equal(budget_format.budget_name({ scope = 'day', provider = 'openai' }), 'today · openai')
end

T['what is held is named only if there is any'] = function()
  equal(budget_format.spending(budget()), '$0.50 spent of $1.00 today')
  equal(
    budget_format.spending(budget({ reserved = '0.1' })),
    '$0.50 spent, $0.10 held of $1.00 today'
  )
end

T['the budget with less left comes first among those of one state'] = function()
  local spent, warned = budget({ state = 'spent', remaining = '0.9' }), budget({ state = 'warned' })
  local less, more = budget({ remaining = '0.2' }), budget({ remaining = '10' })
  for _, list in ipairs({ { more, less, warned, spent }, { less, spent, more, warned } }) do
    local before = vim.list_slice(list)
    equal(budget_format.tightest_first(list), { spent, warned, less, more })
    equal(list, before)
  end
end

T['a quote has the budgets behind the estimate, if there are any'] = function()
  local total = { inputTokens = 1, unpriced = 0 }
  equal(budget_format.quote({ total = total }), 'about 1 token')
  equal(budget_format.quote({ total = total, budgets = {} }), 'about 1 token')
  equal(
    budget_format.quote({ total = total, budgets = { budget() } }),
    'about 1 token · $0.50 of $1.00 left today'
  )
  equal(
    budget_format.estimate({ inputTokens = 2, unpriced = 1204 }),
    'about 2 tokens · 1,204 unpriced'
  )
end

return T
