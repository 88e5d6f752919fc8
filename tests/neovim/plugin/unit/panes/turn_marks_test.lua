--- What is beside the heading of an answer.

local equal = require('expect').equal
local virtual_text = require('antiphon.panes.turn_marks').virtual_text

local T = {}

local function text_of(turn)
  local pieces = virtual_text(turn)
  return pieces[1][1] .. pieces[2][1], pieces[1][2]
end

local USAGE = { outputTokens = 300, reasoningTokens = 12 }

T['a complete answer has its figures alone'] = function()
  local turn = {
    status = 'complete',
    usage = USAGE,
    cost = { amount = '0.0012' },
    latency = { totalMs = 2100 },
  }
  equal({ text_of(turn) }, { ' ✓ 312 tokens · $0.0012 · 2.1 s', 'AntiphonComplete' })
  equal(text_of({ status = 'complete', usage = USAGE, latency = {} }), ' ✓ 312 tokens')
end

T['another end is named, by its failure if it has one, and can be asked again'] = function()
  equal(text_of({ status = 'cancelled' }), ' ■ stopped · R again')
  equal(
    { text_of({ status = 'failed', failure = { kind = 'quota' } }) },
    { ' ✗ quota · R again', 'AntiphonFailed' }
  )
  equal(
    text_of({ status = 'truncated', failure = { kind = 'budget' }, usage = USAGE }),
    ' ◐ cut by a budget · 312 tokens · R again'
  )
end

T['an answer without tokens has no cost'] = function()
  local usage = { outputTokens = 0, reasoningTokens = 0 }
  equal(text_of({ status = 'complete', usage = usage, cost = { amount = '0' } }), ' ✓ ')
  usage.outputTokens = 1
  equal(
    text_of({ status = 'complete', usage = usage, cost = { amount = '0' } }),
    ' ✓ 1 token · $0.00'
  )
end

return T
