--- What the pickers of panes, targets and messages do.

local equal = require('expect').equal
local pane_choice = require('antiphon.ui.picker.pane_choice')
local target_choice = require('antiphon.ui.picker.target_choice')
local turn_choice = require('antiphon.ui.picker.turn_choice')

local T = {}

local TERSE = { title = 'terse', state = 'complete', model = 'demo/terse' }
local POET = { title = 'poet', state = 'failed', note = 'quota', model = 'demo/poet' }

local function chosen_of(list)
  return vim.tbl_map(function(row)
    return row.chosen
  end, list:rows())
end

T['panes are chosen and unchosen, and stay in their order'] = function()
  local list = pane_choice.new({ TERSE, POET }, { POET })
  equal(chosen_of(list), { false, true })
  list:toggle(list:rows()[1])
  equal(list:picked(), { TERSE, POET })
  list:toggle(list:rows()[2])
  equal({ list:picked(), chosen_of(list) }, { { TERSE }, { true, false } })
  equal(pane_choice.new({ TERSE }):picked(), {})
end

T['a pane says its note, else its state'] = function()
  local rows = pane_choice.new({ TERSE, POET }):rows()
  equal(rows[1].cells, { 'terse', '✓', 'complete', 'demo/terse' })
  equal(rows[2].cells, { 'poet', '✗', 'quota', 'demo/poet' })
end

T['targets are the panes, then new panes of the models that can be asked'] = function()
  local models = {
    { id = 'a/far', available = false },
    { id = 'a/one', available = true, description = 'First' },
    { id = 'a/two', available = true },
  }
  local list = target_choice.new({ TERSE }, models)
  local rows = list:rows()
  equal({ rows[1].cells, rows[1].group }, { { 'terse', '✓', 'complete', 'demo/terse' }, nil })
  equal({ rows[2].cells, rows[2].group }, {
    { 'a/one', '+', 'new pane', 'First' },
    'AntiphonLineup',
  })
  equal(rows[3].cells, { 'a/two', '+', 'new pane', '' })
  equal(#rows, 3)
  list:toggle(rows[3])
  list:toggle(rows[1])
  equal({ list:picked(), chosen_of(list) }, {
    { { pane = TERSE }, { model = models[3] } },
    { true, false, true },
  })
  list:toggle(list:rows()[3])
  equal(list:picked(), { { pane = TERSE } })
end

T['messages have their role, their line from one, their state and their text'] = function()
  local message = { role = 'user', status = 'complete', content = 'Why?' }
  local turns = { { message = message, first = 0 }, { message = message, first = 4 } }
  local list = turn_choice.new(turns)
  equal(list:rows()[1].cells, { 'user', '1', 'complete', 'Why?' })
  equal({ list:rows()[2].cells[2], chosen_of(list) }, { '5', { false, false } })
  list:toggle(list:rows()[2])
  equal({ list:picked()[1] == turns[2], #list:picked() }, { true, 1 })
  list:toggle(list:rows()[2])
  equal(list:picked(), {})
end

return T
