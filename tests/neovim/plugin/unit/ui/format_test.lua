--- Figures are written as every client writes them: clients/protocol/format_cases.json.

local equal = require('expect').equal
local format = require('antiphon.ui.format')
local local_time = require('antiphon.ui.local_time')
local states = require('antiphon.ui.pane_states')
local winbar = require('antiphon.panes.winbar')

local T = {}

local FORMATS = {
  count = format.count,
  exactCount = format.exact_count,
  tokens = format.tokens,
  money = format.money,
  cost = format.cost,
  costRange = function(ends)
    return format.cost_range(ends[1], ends[2])
  end,
  totalCost = function(amounts)
    return format.total_cost(vim.tbl_map(function(amount)
      return { amount = amount }
    end, amounts))
  end,
  duration = format.duration,
  silence = format.silence,
  speed = format.speed,
  percent = format.percent,
  time = local_time.format,
  queue = function(counts)
    return format.queue(counts[1], counts[2])
  end,
}

local function cases(root)
  local path = vim.fs.joinpath(root, 'clients', 'protocol', 'format_cases.json')
  local file = assert(io.open(path))
  local text = file:read('*a')
  file:close()
  local all = vim.json.decode(text)
  -- Only hovers have the offset, and the server writes them.
  all.timeWithOffset = nil
  return all
end

T['every shared case'] = function(root)
  local kinds = 0
  for kind, list in pairs(cases(root)) do
    kinds = kinds + 1
    for _, case in ipairs(kind == 'state' and {} or list) do
      local text = assert(FORMATS[kind], kind)(case.value, case.offsetMinutes)
      equal({ kind, case.value, text }, { kind, case.value, case.text })
    end
  end
  equal(kinds, vim.tbl_count(FORMATS) + 1)
end

T['every shared state has its symbol and its word'] = function(root)
  for _, case in ipairs(cases(root).state) do
    -- Neovim does not tell thinking from streaming: reasoning is a part of its document.
    if case.value ~= 'thinking' then
      local state = states[case.value]
      local failure = case.failure and { kind = case.failure }
      local word = winbar.failure_word(failure, case.value) or state.word
      equal({ case.value, state.mark, word }, { case.value, case.symbol, case.text })
    end
  end
end

T['without an offset a time is that of this machine'] = function()
  local here = tostring(os.date('%Y-%m-%d %H:%M', local_time.parse('2026-07-22T14:02:03.004Z')))
  equal(local_time.format('2026-07-22T14:02:03.004Z'), here)
end

T['a refund has its sign before the dollar'] = function()
  equal({ format.money(-1.5), format.money(-0.5) }, { '-$1.50', '-$0.50' })
end

T['a sum without an answer is empty, and unpriced answers are counted apart'] = function()
  equal({ format.sum(nil, 0), format.sum(nil, 1) }, { '', 'unpriced' })
  equal(format.sum('0.5', 1204), '$0.50 + 1,204 unpriced')
end

T['reasoning counts as output, and before the first figures there is none'] = function()
  equal(format.output_tokens({ outputTokens = 2, reasoningTokens = 3 }), 5)
  equal(format.output_tokens(nil), 0)
end

T['a price is written like other money, and free only if it is zero'] = function()
  equal(
    { format.price('0.05'), format.price('0.0'), format.price(vim.NIL) },
    { '$0.05', 'free', '?' }
  )
end

T['progress counts what has ended, and the cost that a pane starts with until it ends'] = function()
  local usage = { outputTokens = 1, reasoningTokens = 1 }
  local running = { meter = { usage = usage }, start_cost = { amount = '0.5' } }
  local priced =
    { meter = { usage = usage, cost = { amount = '0.25' } }, start_cost = { amount = '9' } }
  local function is(...)
    local open = { ... }
    return function(pane)
      return vim.list_contains(open, pane)
    end
  end
  equal(format.progress({ running, priced }, is(running, priced)), '0/2 · 4 tokens · $0.75')
  equal(format.progress({ running, priced }, is(running)), '1/2 · 4 tokens · $0.75')
  equal(format.progress({ running, priced }, is()), '2/2 · 4 tokens · $0.25')
  equal(format.progress({ {} }, is()), '1/1 · 0 tokens')
end

return T
