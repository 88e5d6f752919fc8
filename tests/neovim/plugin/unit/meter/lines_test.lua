--- What the meter's window says.

local equal = require('expect').equal
local budget_format = require('antiphon.ui.budget_format')
local lines = require('antiphon.meter.lines')
local text_table = require('antiphon.ui.text_table')

local T = {}

local function row(key, changes)
  return vim.tbl_deep_extend('force', {
    key = key,
    answers = 2,
    requests = 3,
    retries = 1,
    unpriced = 0,
    usage = { inputTokens = 1204, outputTokens = 60, cachedInputTokens = 7, reasoningTokens = 5 },
    cost = { amount = '0.5' },
    estimated = { answers = 0 },
    latency = { ttftMs = 820, totalMs = 2000, tokensPerSecond = 42.3 },
  }, changes or {})
end

local function budget(changes)
  return vim.tbl_extend('force', {
    scope = 'day',
    limit = '1.00',
    spent = '0.50',
    reserved = '0.10',
    remaining = '0.40',
    action = 'block',
    state = 'within',
  }, changes or {})
end

T['answers that never left are told apart'] = function()
  local result = { total = row('', { notSent = 3 }), rows = {}, omitted = 0, budgets = {} }
  local text = lines.text(result, 'model').lines
  equal(text[#text], ' 3 not sent, and in no other figure')
end

T['a row has every figure, and the largest has the longest bar'] = function()
  local result = {
    total = row('', { cost = { amount = '0.75' } }),
    rows = { row('a/one'), row('b/two', { cost = { amount = '0.25' } }) },
    omitted = 0,
    budgets = {},
  }
  local text = lines.text(result, 'model').lines
  equal(vim.split(vim.trim(text[2]), '%s%s+'), {
    'a/one',
    '2',
    '1,204',
    '7',
    '60',
    '5',
    '$0.50',
    '820 ms',
    '42 tok/s',
    '1',
    ('█'):rep(10),
  })
  equal(vim.endswith(text[3], '  ' .. ('█'):rep(5)), true)
  equal(#text, 4)
end

T['estimates and unknown prices are told apart from figures'] = function()
  local some = row('a/one', { estimated = { answers = 1 }, unpriced = 1 })
  local none = row('b/two', { unpriced = 2, cost = { amount = vim.NIL } })
  local result = { total = some, rows = { some, none }, omitted = 3, budgets = {} }
  local text = table.concat(lines.text(result, 'model').lines, '\n')
  equal(text:find('≈1,204', 1, true) ~= nil, true)
  local silent = row('c', { estimated = { answers = 1 }, usage = { outputTokens = 0 } })
  local mixed = { total = some, rows = { silent, none }, omitted = 0, budgets = {} }
  local zero = vim.split(vim.trim(lines.text(mixed, 'model').lines[2]), '%s%s+')
  equal({ zero[3], zero[5] }, { '≈1,204', '0' })
  equal(text:find('≈$0.50 + 1 unpriced', 1, true) ~= nil, true)
  equal(text:find(' unpriced', 1, true) ~= nil, true)
  equal(text:find('3 more are left out', 1, true) ~= nil, true)
  equal(text:find('1 of 2 answers are estimates', 1, true) ~= nil, true)
end

T['a budget says what is left, with what is held for answers that run'] = function()
  local text = lines.budgets({ budget({ provider = 'openai' }) })
  equal(vim.split(vim.trim(text.lines[1]), '%s%s+'), {
    'today · openai',
    text_table.bar(0.6, 16) .. ('░'):rep(6),
    '$0.40 of $1.00 left',
    'blocks',
  })
  equal(vim.fn.strdisplaywidth(text_table.bar(0.6, 16)), 10)
end

T['budgets in one line begin with those that are nearly used up'] = function()
  local all = { budget({ scope = 'month' }), budget({ state = 'warned', remaining = '0.05' }) }
  equal(budget_format.budgets(all), '$0.05 of $1.00 left today, $0.40 of $1.00 left this month')
end

return T
