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

return T
