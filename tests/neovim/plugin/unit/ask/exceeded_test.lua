--- Which budget a question is likely to exceed.

local equal = require('expect').equal
local exceeded = require('antiphon.ask.estimate').exceeded

local T = {}

local function budget(remaining, changes)
  local base = { scope = 'day', limit = '9', remaining = remaining, action = 'block' }
  return vim.tbl_extend('force', base, { state = 'within' }, changes or {})
end

local function pane(model, likely)
  return { model = model, cost = likely and { likely = likely } or nil }
end

local PANES = { pane('a/one', '0.2'), pane('a/two', '0.3'), pane('b/one', '0.5'), pane('b/two') }

local function find(...)
  return exceeded({ budgets = { ... }, panes = PANES })
end

T['a budget is exceeded by more than what is left, of all models that it counts'] = function()
  local all, less = budget('1'), budget('0.99')
  equal(find(all), nil)
  equal(find(less), less)
end

T['a budget of a provider or of a model counts no others'] = function()
  for _, case in ipairs({
    { { provider = 'a' }, '0.5', '0.49' },
    { { model = 'a/two' }, '0.3', '0.29' },
    { { provider = 'a', model = 'a/one' }, '0.2', '0.19' },
    { { provider = 'b', model = 'a/one' }, '0', nil },
  }) do
    equal(find(budget(case[2], case[1])), nil)
    local less = case[3] and budget(case[3], case[1])
    equal(find(less), less)
  end
end

T['a budget that only warns is not exceeded'] = function()
  equal(find(budget('0', { action = 'warn' })), nil)
end

T['of several budgets the one with less left is named'] = function()
  local less, more = budget('0.1'), budget('0.2')
  equal(find(more, less), less)
  equal(find(less, more), less)
end

T['an estimate without budgets or panes exceeds nothing'] = function()
  equal(exceeded({}), nil)
  equal(exceeded({ budgets = { budget('0') } }), nil)
end

return T
