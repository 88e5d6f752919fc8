--- How steps, drift and names of pipelines are shown and found.

local equal = require('expect').equal
local drift = require('antiphon.answers.pipelines.drift')
local library = require('antiphon.answers.pipelines.library')
local steps = require('antiphon.answers.pipelines.steps')

local T = {}

---@param id string
---@param status string
---@param more? table
local function result(id, status, more)
  return vim.tbl_extend('force', {
    id = id,
    status = status,
    paneIds = {},
    messageIds = { 'm1', 'm2' },
    cost = { amount = '0.0031', source = 'priced' },
    latency = { totalMs = 1900 },
  }, more or {})
end

T['a step that has ended has its figures, and one that waits what it waits for'] = function()
  local lines = steps.lines({
    { id = 'ask', type = 'broadcast', needs = {}, result = result('ask', 'complete') },
    { id = 'summary', type = 'summarize', needs = { 'ask' } },
  }).lines
  equal(lines[1], ' ✓ ask      broadcast  complete   2 answers · $0.0031 · 1.9 s')
  equal(lines[2], ' ◌ summary  summarize  waiting    after ask')
end

T['one answer is not several, and each mark is in the line of its step'] = function()
  local function line(id, messages)
    local more = { messageIds = messages }
    return { id = id, type = 'ask', needs = {}, result = result(id, 'complete', more) }
  end
  local text = steps.lines({ line('a', { 'm1' }), line('b', {}) })
  equal(text.lines[1], ' ✓ a  ask        complete   1 answer · $0.0031 · 1.9 s')
  equal(text.lines[2], ' ✓ b  ask        complete   1.9 s')
  equal({ text.marks[1].row, text.marks[2].row }, { 0, 1 })
end

T['a step that failed says why, on one line'] = function()
  local more = { messageIds = {}, failure = { message = 'No such\nmodel.' } }
  local step = { id = 'a', type = 'ask', needs = {}, result = result('a', 'failed', more) }
  local text = steps.lines({ step })
  equal(text.lines[1], ' ✗ a  ask        failed     1.9 s · No such model.')
  equal(text.marks[1].group, 'AntiphonFailed')
end

T['comparisons, agreement and rules that are not kept are named'] = function()
  local function line(more)
    more.messageIds = {}
    local step = { id = 'd', type = 'compare', needs = {}, result = result('d', 'complete', more) }
    return steps.lines({ step }).lines[1]
  end
  equal(
    line({ comparison = { similarity = 0.42 } }):match('complete%s+(.*)$'),
    '42% alike · 1.9 s'
  )
  equal(line({ consensus = { agreement = 0.5 } }):match('complete%s+(.*)$'), '50% agreed · 1.9 s')
  local rules = { expect = { { ok = true }, { ok = false } } }
  equal(line(rules):match('complete%s+(.*)$'), '1.9 s · 1 rule not kept')
end

T['the graph of steps says which waits for which'] = function()
  local graph = { { id = 'ask', needs = {} }, { id = 'sum', needs = { 'ask', 'crit' } } }
  equal(steps.describe_graph(graph), 'ask · sum ← ask, crit')
end

T['the longest name that a text begins with is meant, and what follows is the rest'] = function()
  local list = { { id = '1', name = 'review' }, { id = '2', name = 'review twice' } }
  local found, rest = library.match(list, 'review twice file=x.py')
  equal({ found[1].id, #found, rest }, { '2', 1, 'file=x.py' })
  found, rest = library.match(list, 'review again')
  equal({ found[1].id, rest }, { '1', 'again' })
  equal(library.match(list, 'reviewer'), {})
  equal(library.match(list, '2')[1].name, 'review twice')
end

T['several pipelines of one name are all found'] = function()
  local list = { { id = '1', name = 'review' }, { id = '2', name = 'review' } }
  equal(#library.match(list, 'review'), 2)
end

T['drift shows what changed, and names an alias that has moved on'] = function()
  local pane = {
    title = 'terse',
    left = 'antiphon:/message/a/b/c/terse',
    right = 'antiphon:/message/d/e/f/terse',
    similarity = 0.93,
    cost = { '0', nil },
    totalMs = { 1900, 2100 },
    model = { 'gpt-5-2025', 'gpt-5-2026' },
    moved = true,
  }
  local rows = drift.rows({
    steps = {
      { id = 'ask', panes = { pane } },
      { id = 'diff', panes = {}, status = { 'complete', 'failed' }, totalMs = { 1900, 1900 } },
    },
    only = { 'sum' },
  })
  equal(rows[1].cells, {
    'ask',
    'terse',
    '93% alike',
    '$0.00 → unpriced',
    '1.9 s → 2.1 s',
    'gpt-5-2025 → gpt-5-2026 (moved)',
  })
  equal(rows[1].pane, pane)
  equal(rows[2].cells, { 'diff', '', 'complete → failed', '', '1.9 s', '' })
  equal(rows[3].cells, { 'sum', '', 'in one run only', '', '', '' })
end

return T
