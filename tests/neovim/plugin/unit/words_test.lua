--- What people type and what they read: arguments, addresses, figures, the bar.

local arguments = require('antiphon.command.arguments')
local winbar = require('antiphon.panes.winbar')
local equal = require('expect').equal
local budget_format = require('antiphon.ui.budget_format')
local format = require('antiphon.ui.format')
local local_time = require('antiphon.ui.local_time')
local sessions = require('antiphon.history.sessions')
local uri = require('antiphon.server.uri')

local T = {}

T['what stands before the dashes is models, files and parameters'] = function()
  equal(arguments.parse_ask('fast gpt/4o file=a.lua temperature=0.5 -- why -- not?'), {
    models = { 'fast', 'gpt/4o' },
    files = { 'a.lua' },
    params = { temperature = 0.5 },
    prompt = 'why -- not?',
    is_divided = true,
  })
end

T['without dashes the prompt begins at the first word that is no model'] = function()
  local found = arguments.parse_ask('gpt/4o claude/opus why a/b or c?')
  equal({ found.models, found.prompt }, { { 'gpt/4o', 'claude/opus' }, 'why a/b or c?' })
  equal(arguments.parse_ask('').prompt, nil)
  equal(arguments.parse_ask('gpt/4o --').prompt, nil)
end

T['a reply names its panes or none'] = function()
  equal(arguments.parse_reply('all -- go on'), { target = 'all', prompt = 'go on' })
  equal(arguments.parse_reply('all'), { target = 'all' })
  equal(arguments.parse_reply('all of it?'), { target = 'here', prompt = 'all of it?' })
  equal(arguments.parse_reply('-- all'), { target = 'here', prompt = 'all' })
  equal(arguments.parse_reply(''), { target = 'here' })
end

T['addresses are read in both spellings'] = function()
  local wanted = { session = 'S1', pane = 'P1', slug = 'gpt 5' }
  equal(uri.parse('antiphon:/pane/S1/P1/gpt%205'), wanted)
  equal(uri.parse('antiphon:///pane/S1/P1/gpt%205'), wanted)
  equal(uri.parse('antiphon://compose/1'), nil)
  equal(uri.parse('file:///pane/S1/P1/x'), nil)
end

T['a price of a model is free only if it is known to be zero'] = function()
  equal({ format.price('1.250'), format.price('0'), format.price(nil) }, { '$1.25', 'free', '?' })
end

T['an estimate says what is likely, what is the most, and what nobody knows'] = function()
  local cost = { min = '0.001', likely = '0.004', max = '1.28' }
  equal(
    budget_format.estimate({ inputTokens = 1204, cost = cost, unpriced = 1 }),
    'about 1,204 tokens · $0.004–1.28 · 1 unpriced'
  )
  local free = { min = '0', likely = '0', max = '0' }
  equal(
    budget_format.estimate({ inputTokens = 9, cost = free, unpriced = 0 }),
    'about 9 tokens · $0.00'
  )
end

local function pane(changes)
  local usage = { inputTokens = 1, outputTokens = 312, cachedInputTokens = 0, reasoningTokens = 0 }
  return vim.tbl_extend('force', {
    title = '100%real',
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

T['the bar tells all where there is room'] = function()
  equal(shown(pane(), 100), '● 100%real · streaming · 14 tok/s · 312 tokens · $0.0012')
  equal(
    shown(pane({ state = 'complete' }), 100),
    '✓ 100%real · complete · 2.1 s · 312 tokens · $0.0012'
  )
end

T['in a narrow window the bar keeps what matters'] = function()
  equal(shown(pane(), 36), '● 100%real · streaming · 14 tok/s')
  equal(shown(pane({ state = 'complete' }), 36), '✓ 100%real · 312 tokens · $0.0012')
  equal(shown(pane({ state = 'failed', note = 'quota' }), 20), '✗ 100%real · quota')
end

T['a long wait is counted'] = function()
  local waiting = { title = 'x', state = 'waiting', waited_ms = 1999 }
  equal(shown(waiting, 100), '◌ x · waiting')
  waiting.waited_ms = 12345
  equal(shown(waiting, 100), '◌ x · waiting · 12 s')
end

T['a stalled bar says how long it has been silent and has no speed'] = function()
  equal(
    shown(pane({ silent_ms = 2999 }), 100),
    '● 100%real · streaming · 14 tok/s · 312 tokens · $0.0012'
  )
  equal(
    shown(pane({ silent_ms = 65000 }), 100),
    '● 100%real · no text for 1 min 5 s · 312 tokens · $0.0012'
  )
end

T['an unknown price is named in the bar and in the progress, and is never zero'] = function()
  local unpriced = pane()
  unpriced.meter.cost = { amount = vim.NIL }
  equal(shown(unpriced, 100), '● 100%real · streaming · 14 tok/s · 312 tokens · unpriced')
  local function is_answering()
    return false
  end
  equal(format.progress({ unpriced, unpriced }, is_answering), '2/2 · 624 tokens · unpriced')
  local one = { meter = { usage = { outputTokens = 1, reasoningTokens = 0 } } }
  local waiting = pane({ state = 'waiting' })
  waiting.meter, waiting.start_cost = nil, { amount = vim.NIL }
  local free = pane()
  free.meter = { usage = unpriced.meter.usage, cost = { amount = '0' } }
  equal(
    format.progress({ free, waiting }, function(each)
      return each == waiting
    end),
    '1/2 · 312 tokens · $0.00 + 1 unpriced'
  )
  equal(format.progress({ one }, is_answering), '1/1 · 1 token')
  equal(
    format.progress({ pane(), unpriced, unpriced }, is_answering),
    '3/3 · 936 tokens · $0.0012 + 2 unpriced'
  )
end

T['a percent sign in a name is a plain one'] = function()
  assert(winbar.text(pane(), 100):find('100%%real', 1, true))
end

T['ages are told roughly'] = function()
  local stamp, now = '2026-11-22T14:00:00.123Z', 1795356000
  equal(sessions.format_age(stamp, now), 'just now')
  equal(sessions.format_age(stamp, now + 600), '10 min ago')
  equal(sessions.format_age(stamp, now + 7300), '2 h ago')
  equal(sessions.format_age(stamp, now + 86400 * 30), local_time.format(stamp))
end

return T
