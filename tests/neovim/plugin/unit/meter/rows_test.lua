--- The rows, the bars and the notes of the meter.

local equal = require('expect').equal
local lines = require('antiphon.meter.lines')
local text_table = require('antiphon.ui.text_table')

local T = {}

local function figures(changes)
  return vim.tbl_deep_extend('force', {
    answers = 1,
    requests = 1,
    retries = 0,
    notSent = 0,
    unpriced = 0,
    usage = { inputTokens = 0, outputTokens = 0, cachedInputTokens = 0, reasoningTokens = 0 },
    cost = { amount = '0' },
    estimated = { answers = 0 },
    latency = {},
  }, changes or {})
end

local function row(key, changes)
  return vim.tbl_extend('force', figures(changes), { key = key })
end

local function text_of(total, rows, changes)
  local result = { total = total, rows = rows, omitted = 0, budgets = {} }
  return lines.text(vim.tbl_extend('force', result, changes or {}), 'model')
end

local function bar_of(line)
  return line:match('%s%s([█▏▎▍▌▋▊▉]+)$') or ''
end

T['bars compare costs if anything cost money, else tokens of every kind'] = function()
  local cheap = row('b', { cost = { amount = '0.1' }, usage = { outputTokens = 900 } })
  local text = text_of(figures({ cost = { amount = '0.5' } }), {
    row('a', { cost = { amount = '0.4' } }),
    cheap,
  })
  equal(bar_of(text.lines[2]), text_table.bar(1, 10))
  equal(bar_of(text.lines[3]), text_table.bar(0.25, 10))
  local usage =
    { inputTokens = 10, cachedInputTokens = 20, outputTokens = 30, reasoningTokens = 40 }
  text = text_of(figures(), {
    row('a', { usage = usage }),
    row('b', { usage = { outputTokens = 25 } }),
    row('c'),
  })
  equal(vim.tbl_map(bar_of, vim.list_slice(text.lines, 2, 4)), {
    text_table.bar(1, 10),
    text_table.bar(0.25, 10),
    '',
  })
end

T['columns without a figure are left out'] = function()
  local text = text_of(figures(), { row('a') })
  equal(text.lines, {
    ' model     answers   cost',
    ' a               1  $0.00',
    ' together        1  $0.00',
  })
end

T['what one row alone has is a column'] = function()
  local changes = { retries = 1, latency = { ttftMs = 400, tokensPerSecond = 42 } }
  local text = text_of(figures({ answers = 2 }), { row('a'), row('b', changes) })
  equal(vim.split(vim.trim(text.lines[1]), '%s%s+'), {
    'model',
    'answers',
    'cost',
    'first',
    'speed',
    'retries',
  })
  equal(
    vim.split(vim.trim(text.lines[3]), '%s%s+'),
    { 'b', '1', '$0.00', '400 ms', '42 tok/s', '1' }
  )
end

T['only figures of an estimate that are above zero are marked'] = function()
  local estimated = { estimated = { answers = 1 } }
  local some = vim.tbl_extend('force', estimated, { usage = { inputTokens = 1 } })
  local text = text_of(figures(some), { row('a', some) })
  equal(vim.split(vim.trim(text.lines[2]), '%s%s+')[3], '≈1')
  equal(text.lines[2]:find('≈$', 1, true), nil)
  local paid = vim.tbl_extend('force', estimated, { cost = { amount = '0.5' } })
  equal(text_of(figures(paid), { row('a', paid) }).lines[2]:find('≈$0.50', 1, true) ~= nil, true)
end

T['a row is named by its label if it has one'] = function()
  local text = text_of(figures(), { row('01KEY', { label = 'terse' }) })
  equal(vim.startswith(text.lines[2], ' terse '), true)
end

T['notes are below the table, and only those that are true'] = function()
  local estimated = { answers = 2, estimated = { answers = 1 }, notSent = 3 }
  local text = text_of(figures(estimated), {}, { omitted = 1 })
  equal(vim.list_slice(text.lines, 3), {
    ' 1 more are left out',
    ' ≈ 1 of 2 answers are estimates: the provider gave no figures',
    ' 3 not sent, and in no other figure',
  })
  local rows = vim.tbl_map(function(mark)
    return mark.row
  end, vim.list_slice(text.marks, #text.marks - 2))
  equal(rows, { 2, 3, 4 })
  equal(#text_of(figures(), {}).lines, 2)
  equal(#text_of(figures({ notSent = 1 }), {}).lines, 3)
end

local function budget(changes)
  local base = { scope = 'day', limit = '1', spent = '0', reserved = '0', remaining = '1' }
  return vim.tbl_extend('force', base, { action = 'block', state = 'within' }, changes or {})
end

T['budgets are above, with what is held in their bars and a line below them'] = function()
  local text = text_of(figures(), {}, {
    budgets = { budget({ spent = '0.25', reserved = '0.25' }), budget({ action = 'warn' }) },
  })
  equal(text.lines[1]:find(('█'):rep(8) .. ('░'):rep(8) .. '  ', 1, true) ~= nil, true)
  equal(vim.endswith(text.lines[1], 'blocks'), true)
  equal(text.lines[2]:find(' ' .. ('░'):rep(16) .. '  ', 1, true) ~= nil, true)
  equal(vim.endswith(text.lines[2], 'warns'), true)
  equal({ text.lines[3], #text.lines }, { '', 5 })
  equal(lines.budgets({}), { lines = {}, marks = {} })
end

T['a budget of nothing is used up, and no bar leaves its place'] = function()
  for _, each in ipairs({ budget({ limit = '0' }), budget({ spent = '7' }) }) do
    equal(lines.budgets({ each }).lines[1]:find(('█'):rep(16) .. '  ', 1, true) ~= nil, true)
  end
end

T['a budget has the colour of its state'] = function()
  local groups = vim.tbl_map(function(state)
    return lines.budgets({ budget({ state = state }) }).marks[2].group
  end, { 'within', 'warned', 'spent' })
  equal(groups, { 'AntiphonUsed', 'AntiphonWarned', 'AntiphonUsedUp' })
end

T['figures are aligned at their right, and nothing is written where there is none'] = function()
  local first = {
    retries = 12,
    usage = { inputTokens = 1204, outputTokens = 5, cachedInputTokens = 70, reasoningTokens = 3 },
    cost = { amount = '0.5' },
    latency = { ttftMs = 820, tokensPerSecond = 4.2 },
  }
  local second = {
    usage = { inputTokens = 1, outputTokens = 1000, reasoningTokens = 40 },
    cost = { amount = '12.5' },
    latency = { ttftMs = 5, tokensPerSecond = 1200 },
    estimated = { answers = 1 },
  }
  local lines_of = text_of(figures({ cost = { amount = '13' } }), {
    row('a', first),
    row('b', second),
    row('c', { cost = { amount = vim.NIL }, unpriced = 1 }),
  }).lines
  equal(lines_of, {
    ' model     answers     in  cached     out  reasoning      cost   first        speed  retries',
    ' a               1  1,204      70       5          3     $0.50  820 ms    4.2 tok/s       12  ▍', -- luacheck: ignore 631
    ' b               1     ≈1       0  ≈1,000         40   ≈$12.50    5 ms  1,200 tok/s           '
      .. ('█'):rep(10),
    ' c               1      0       0       0          0  unpriced',
    ' together        1      0       0       0          0    $13.00',
  })
end

T['rows without a price are compared by their tokens, and are nothing beside a price'] = function()
  local unpriced = { cost = { amount = vim.NIL }, unpriced = 1 }
  local function used(tokens)
    return vim.tbl_extend('force', unpriced, { usage = { outputTokens = tokens } })
  end
  local text = text_of(figures(unpriced), { row('a', used(100)), row('b', used(25)) })
  equal(bar_of(text.lines[3]), text_table.bar(0.25, 10))
  local paid = { cost = { amount = '2' } }
  text = text_of(figures(paid), { row('a', paid), row('b', used(100)) })
  equal({ bar_of(text.lines[2]), bar_of(text.lines[3]) }, { text_table.bar(1, 10), '' })
end

T['a note has its colour from its first cell to its last'] = function()
  local text = text_of(figures({ notSent = 3 }), {})
  local mark, line = text.marks[#text.marks], text.lines[#text.lines]
  equal({ mark.from, mark.to, mark.row }, { 0, #line, #text.lines - 1 })
end

T['a bar of a budget is the share of its limit'] = function()
  local line = lines.budgets({ budget({ limit = '2', spent = '1' }) }).lines[1]
  equal(line:find(('█'):rep(8) .. ('░'):rep(8) .. '  ', 1, true) ~= nil, true)
end

return T
