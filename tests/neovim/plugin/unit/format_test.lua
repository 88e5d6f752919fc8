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

return T
