--- What people type and what they read: arguments, addresses, figures, the bar.

local arguments = require('antiphon.command.arguments')
local winbar = require('antiphon.panes.winbar')
local equal = require('expect').equal
local format = require('antiphon.ui.format')
local sessions = require('antiphon.history.sessions')
local uri = require('antiphon.server.uri')

local T = {}

T['what stands before the dashes is models, files and parameters'] = function()
  equal(arguments.parse_ask('fast gpt/4o file=a.lua temperature=0.5 -- why -- not?'), {
    models = { 'fast', 'gpt/4o' },
    files = { 'a.lua' },
    params = { temperature = 0.5 },
    prompt = 'why -- not?',
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

T['counts and money are short and never round to nothing'] = function()
  equal(vim.tbl_map(format.count, { 7, 1204, 12000, 400000, 1000000 }), {
    '7',
    '1,204',
    '12k',
    '400k',
    '1M',
  })
  equal({ format.money('0'), format.money('0.00001'), format.money('0.0123') }, {
    '$0',
    '<$0.0001',
    '$0.0123',
  })
  equal({ format.money('1.5'), format.money(nil) }, { '$1.50' })
  equal({ format.price('1.250'), format.price('0'), format.price(nil) }, { '$1.25', 'free', '?' })
end

T['an estimate says what is likely, what is the most, and what nobody knows'] = function()
  local cost = { min = '0.001', likely = '0.004', max = '1.28' }
  equal(
    format.estimate({ inputTokens = 1204, cost = cost, unpriced = 1 }),
    'about 1,204 tokens · $0.0040, at most $1.28 · 1 without a known price'
  )
  local free = { min = '0', likely = '0', max = '0' }
  equal(format.estimate({ inputTokens = 9, cost = free, unpriced = 0 }), 'about 9 tokens · free')
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
  equal(shown(waiting, 100), '◌ x · waiting · 12.3 s')
end

T['a percent sign in a name is a plain one'] = function()
  assert(winbar.text(pane(), 100):find('100%%real', 1, true))
end

T['ages are told roughly'] = function()
  local stamp, now = '2026-11-22T14:00:00.123Z', 1795356000
  equal(sessions.format_age(stamp, now), 'just now')
  equal(sessions.format_age(stamp, now + 600), '10 min ago')
  equal(sessions.format_age(stamp, now + 7300), '2 h ago')
  equal(sessions.format_age(stamp, now + 86400 * 30), '2026-11-22')
end

return T
