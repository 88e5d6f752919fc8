--- Which panes are meant by words.

local equal = require('expect').equal
local pick = require('antiphon.panes.pick')

local T = {}

local TERSE = { id = '01A', title = 'terse', type = 'chat' }
local POET = { id = '01B', title = 'poet' }
local SUMMARY = { id = '01C', title = 'summary', type = 'summary' }
local LIST = { TERSE, POET, SUMMARY }

--- Runs `act` with a notifier of the user's; returns what it was given.
local function collect_notices(act)
  local before, notices = vim.notify, {}
  vim.notify = function(text) -- luacheck: ignore 122
    notices[#notices + 1] = text
  end
  local ok, problem = pcall(act)
  vim.notify = before -- luacheck: ignore 122
  assert(ok, problem)
  return notices
end

local function resolve(words, list)
  local found
  pick.resolve(words, list, { title = '', done = '' }, function(chosen)
    found = assert(chosen)
  end)
  return found
end

T['panes are found by title or id, in the order of the words'] = function()
  equal(pick.find_by_title({ 'poet', '01A' }, LIST), { POET, TERSE })
  equal(resolve({ 'summary', 'terse' }, LIST), { SUMMARY, TERSE })
  equal(resolve({ 'poet' }, LIST), { POET })
  equal(pick.find_by_title({}, LIST), {})
end

T['all are the answers, and digests only if there is nothing else'] = function()
  equal(resolve({ 'all' }, LIST), { TERSE, POET })
  equal(resolve({ 'all' }, { TERSE, SUMMARY }), { TERSE })
  equal(resolve({ 'all' }, { SUMMARY }), { SUMMARY })
end

T['a word that names no pane is refused, with those that there are'] = function()
  local found = {}
  local notices = collect_notices(function()
    found[1] = pick.find_by_title({ 'terse', 'nobody' }, LIST) ~= nil
    found[2] = pick.find_by_title({ 'format=' }, LIST) ~= nil
    found[3] = resolve({ 'all', 'terse' }, LIST) ~= nil
  end)
  equal(found, { false, false, false })
  equal(notices, {
    'Antiphon: there is no pane `nobody` here; there are terse, poet, summary',
    'Antiphon: there is nothing behind `format=`; write it without a space',
    'Antiphon: there is no pane `all` here; there are terse, poet, summary',
  })
end

return T
