--- How sessions are named in a list.

local equal = require('expect').equal
local local_time = require('antiphon.ui.local_time')
local sessions = require('antiphon.history.sessions')

local T = {}

local STAMP, NOW = '2026-11-22T14:00:00.123Z', 1795356000

T['an age goes to the next unit once that is whole'] = function()
  local day = 86400
  for seconds, text in pairs({
    [-5] = 'just now',
    [59] = 'just now',
    [60] = '1 min ago',
    [119] = '1 min ago',
    [3599] = '59 min ago',
    [3600] = '1 h ago',
    [day - 1] = '23 h ago',
    [day] = '1 d ago',
    [7 * day - 1] = '6 d ago',
    [7 * day] = local_time.format(STAMP),
  }) do
    equal({ seconds, sessions.format_age(STAMP, NOW + seconds) }, { seconds, text })
  end
  equal(sessions.format_age('yesterday', NOW), 'yesterday')
end

local function session(titles, tags)
  local panes = vim.tbl_map(function(title)
    return { title = title }
  end, titles)
  local stamp = tostring(os.date('!%Y-%m-%dT%H:%M:%SZ'))
  return { title = 'Why?', panes = panes, tags = tags, updatedAt = stamp }
end

T['three panes are named, and of more the rest is counted'] = function()
  equal(sessions.format_label(session({ 'a', 'b', 'c' }, {})), 'Why?  (a, b, c · just now)')
  equal(
    sessions.format_label(session({ 'a', 'b', 'c', 'd' }, { 'x', 'y' })),
    'Why?  (a, b, c and 1 more · just now · #x #y)'
  )
end

return T
