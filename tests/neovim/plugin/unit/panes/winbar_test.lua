--- What is left of a pane's bar where space is short.

local equal = require('expect').equal
local winbar = require('antiphon.panes.winbar')

local T = {}

local function pane(changes)
  local usage = { outputTokens = 300, reasoningTokens = 12 }
  return vim.tbl_extend('force', {
    title = 'terse',
    state = 'streaming',
    meter = {
      usage = usage,
      cost = { amount = '0.0012' },
      latency = { totalMs = 2100, tokensPerSecond = 14.4 },
    },
  }, changes or {})
end

local function shown(view, width)
  local text = winbar.text(view, width):gsub('%%#%w+#', ''):gsub('%%%*', ''):gsub('%%%%', '%%')
  return vim.trim(text)
end

T['a piece is dropped in a bar that is one cell too narrow for it'] = function()
  local all = '● terse · streaming · 14 tok/s · 312 tokens · $0.0012'
  local width = vim.fn.strdisplaywidth(all) + 2
  equal(shown(pane(), width), all)
  equal(shown(pane(), width - 1), '● terse · streaming · 14 tok/s · $0.0012')
end

T['pieces are dropped by rank, and the state and the title never'] = function()
  local found = {}
  for width = 80, 1, -1 do
    local text = shown(pane({ about = '2 of 3' }), width)
    if found[#found] ~= text then
      found[#found + 1] = text
    end
  end
  equal(found, {
    '● terse · streaming · 2 of 3 · 14 tok/s · 312 tokens · $0.0012',
    '● terse · streaming · 2 of 3 · 14 tok/s · $0.0012',
    '● terse · streaming · 2 of 3 · 14 tok/s',
    '● terse · streaming · 2 of 3',
    '● terse · streaming',
    '● terse',
  })
end

T['a complete answer drops its time before its state, and its state before its tokens'] = function()
  local found = {}
  for width = 60, 1, -1 do
    local text = shown(pane({ state = 'complete' }), width)
    if found[#found] ~= text then
      found[#found + 1] = text
    end
  end
  equal(found, {
    '✓ terse · complete · 2.1 s · 312 tokens · $0.0012',
    '✓ terse · complete · 312 tokens · $0.0012',
    '✓ terse · 312 tokens · $0.0012',
    '✓ terse · $0.0012',
    '✓ terse',
  })
end

T['a wait is long from two seconds on, and silence from three'] = function()
  local waiting = { title = 'x', state = 'waiting', waited_ms = 2000 }
  equal(shown(waiting, 99), '◌ x · waiting · 2.0 s')
  equal(shown(pane({ silent_ms = 3000, meter = {} }), 99), '● terse · no text for 3 s')
  equal(
    shown(pane({ silent_ms = 3000, state = 'waiting', meter = {} }), 99),
    '◌ terse · waiting'
  )
  equal(shown(pane({ silent_ms = 9000, note = 'odd', meter = {} }), 99), '● terse · odd')
end

T['no tokens, no cost and no measure are no piece'] = function()
  local usage = { outputTokens = 0, reasoningTokens = 0 }
  equal(shown(pane({ meter = { usage = usage, latency = {} } }), 99), '● terse · streaming')
  equal(
    shown(pane({ meter = { usage = { outputTokens = 1, reasoningTokens = 0 } } }), 99),
    '● terse · streaming · 1 token'
  )
end

T['a failure is named in words, and only a cut answer is cut by a budget'] = function()
  equal(winbar.failure_word({ kind = 'timeout_idle' }, 'failed'), 'silent for too long')
  equal(winbar.failure_word({ kind = 'rate_limit_hit' }, 'failed'), 'rate limit hit')
  equal(winbar.failure_word({ kind = 'budget' }, 'truncated'), 'cut by a budget')
  equal(winbar.failure_word({ kind = 'budget' }, 'failed'), 'budget')
  equal(winbar.failure_word({ kind = 'quota' }, 'truncated'), 'quota')
  equal(winbar.failure_word(nil, 'failed'), nil)
end

T['every piece has its colour, and its rank among those that are dropped'] = function()
  local function pieces_of(view)
    return vim.tbl_map(function(piece)
      return { piece.text, piece.group, piece.rank }
    end, winbar.pieces(view))
  end
  local state = 'AntiphonStreaming'
  equal(pieces_of(pane({ about = '2 of 3' })), {
    { '● ', state, 0 },
    { 'terse', 'AntiphonModel', 1 },
    { 'streaming', state, 2 },
    { '2 of 3', 'AntiphonMeter', 3 },
    { '14 tok/s', 'AntiphonMeter', 3 },
    { '312 tokens', 'AntiphonMeter', 5 },
    { '$0.0012', 'AntiphonMeter', 4 },
  })
  local complete = pieces_of(pane({ state = 'complete' }))
  equal({ complete[3][3], complete[4] }, { 6, { '2.1 s', 'AntiphonMeter', 7 } })
  local waiting = pieces_of({ title = 'x', state = 'waiting', waited_ms = 9000 })
  equal(waiting[4], { '9.0 s', 'AntiphonMeter', 3 })
end

return T
