--- What the model picker's list does.

local choice = require('antiphon.ui.picker.choice')
local equal = require('expect').equal

local T = {}

local RESULT = {
  models = {
    {
      id = 'a/one',
      available = true,
      contextWindow = 128000,
      inputCostPerMTok = '1.25',
      outputCostPerMTok = '10',
      capabilities = {},
      description = 'First',
    },
    { id = 'a/two', available = true, capabilities = {} },
    { id = 'b/far', available = false, reason = 'B_KEY is not set', capabilities = {} },
  },
  default = {},
  lineups = { fast = { 'a/two', 'b/far' }, all = { 'a/one', 'a/two' } },
}

local function row(list, name)
  return vim.iter(list:rows()):find(function(each)
    return each.cells[1] == name
  end)
end

T['line-ups come first, then the models with window, price and what they are'] = function()
  local rows = choice.new(RESULT, {}):rows()
  equal(
    vim.tbl_map(function(each)
      return each.cells[1]
    end, rows),
    { 'all', 'fast', 'a/one', 'a/two', 'b/far' }
  )
  equal(rows[3].cells, { 'a/one', '128k', '$1.25 → $10.00', 'First' })
  equal(rows[5].cells[4], 'B_KEY is not set')
end

T['models are chosen and unchosen, in the order of the list'] = function()
  local list = choice.new(RESULT, { 'a/two' })
  equal(list:toggle(row(list, 'a/one')), nil)
  equal(list:picked(), { 'a/one', 'a/two' })
  list:toggle(row(list, 'a/two'))
  equal(list:picked(), { 'a/one' })
end

T['a model that cannot be asked says why'] = function()
  local list = choice.new(RESULT, {})
  equal(list:toggle(row(list, 'b/far')), 'b/far: B_KEY is not set')
  equal(list:picked(), {})
end

T['a line-up chooses all of its models that can be asked'] = function()
  local list = choice.new(RESULT, {})
  list:toggle(row(list, 'fast'))
  equal(list:picked(), { 'a/two' })
  equal(row(list, 'fast').chosen, true)
  list:toggle(row(list, 'fast'))
  equal(list:picked(), {})
end

T['a chosen model that is not listed is kept'] = function()
  equal(choice.new(RESULT, { 'c/own' }):picked(), { 'c/own' })
end

T['a chosen model that cannot be asked any more can be left out'] = function()
  local list = choice.new(RESULT, { 'b/far' })
  equal(list:toggle(row(list, 'b/far')), nil)
  equal(list:picked(), {})
end

T['a line-up is chosen if all of its models that can be asked are, and there is one'] = function()
  local result = vim.tbl_extend('force', RESULT, {
    lineups = { all = { 'a/one', 'a/two' }, far = { 'b/far' }, none = {} },
  })
  local list = choice.new(result, { 'a/one', 'b/far' })
  equal({ row(list, 'all').chosen, row(list, 'far').chosen, row(list, 'none').chosen }, {
    false,
    false,
    false,
  })
  list:toggle(row(list, 'all'))
  equal(list:picked(), { 'a/one', 'a/two', 'b/far' })
  equal(row(list, 'all').chosen, true)
end

T['a line-up can be named and dropped'] = function()
  local list = choice.new({ models = RESULT.models, lineups = { z = { 'a/one' } } }, { 'a/two' })
  list:name_lineup('b')
  equal(list.lineups, { 'b', 'z' })
  equal(list.result.lineups.b, { 'a/two' })
  list:drop_lineup('z')
  equal({ list.lineups, row(list, 'z') }, { { 'b' }, nil })
end

T['a price that is the same both ways is written once, an unknown one is marked'] = function()
  local function priced(input, output)
    local model =
      { id = 'm', available = true, inputCostPerMTok = input, outputCostPerMTok = output }
    return choice.new({ models = { model }, lineups = {} }, {}):rows()[1].cells
  end
  equal(priced('0', '0')[3], 'free')
  equal(priced('1', nil)[3], '$1.00 → ?')
  equal(priced(nil, '1')[3], '? → $1.00')
  equal(priced(nil, nil), { 'm', '', '', '' })
end

T['rows that cannot be asked have a colour of their own, and line-ups too'] = function()
  local groups = vim.tbl_map(function(each)
    return each.group or 'plain'
  end, choice.new(RESULT, {}):rows())
  local lineup = 'AntiphonLineup'
  equal(groups, { lineup, lineup, 'plain', 'plain', 'AntiphonUnavailable' })
end

T['a model without a reason is just not available'] = function()
  local model = { id = 'm', available = false }
  local list = choice.new({ models = { model }, lineups = {} }, {})
  equal(list:toggle(row(list, 'm')), 'm: not available')
end

T['presets come after line-ups, are chosen by their names and leave with them'] = function()
  local preset = { model = 'a/one', system = 'Be short.', params = { temperature = 0.2, seed = 7 } }
  local result = vim.tbl_extend('force', RESULT, {
    lineups = { both = { '@plain', { model = 'a/two', title = 'mine' } } },
    presets = { plain = preset },
  })
  local list = choice.new(result, { '@plain' })
  equal(row(list, '@plain').cells, {
    '@plain',
    'preset',
    '',
    'a/one seed=7 temperature=0.2 Be short.',
  })
  equal(row(list, 'both').chosen, false)
  list:toggle(row(list, 'both'))
  equal(list:picked(), { 'a/two', '@plain' })
  equal(row(list, 'both').chosen, true)
  list:show_presets({})
  equal(list:picked(), { 'a/two' })
  equal(row(list, '@plain'), nil)
end

return T
