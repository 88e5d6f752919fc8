--- How often a server that dies is started again.

local equal = require('expect').equal
local restarts = require('antiphon.ask.restarts')

local T = {}

local LIMITS = { limit = 2, within_ms = 100 }

T['a server is started again until it dies too often within the window'] = function()
  local list = restarts.new()
  equal({ list:next(0, LIMITS), list:next(0, LIMITS) }, { 1, 2 })
  equal(list:next(99, LIMITS), nil)
end

T['deaths that are older than the window are forgotten'] = function()
  local list = restarts.new()
  list:next(0, LIMITS)
  list:next(50, LIMITS)
  equal(list:next(99, LIMITS), nil)
  equal(list:next(100, LIMITS), 2)
  equal(list:next(149, LIMITS), nil)
  equal(list:next(250, LIMITS), 1)
end

T['a death that was not followed by a start does not count'] = function()
  local list = restarts.new()
  list:next(0, LIMITS)
  list:next(0, LIMITS)
  equal(list:next(90, LIMITS), nil)
  equal(list:next(100, LIMITS), 1)
end

T['a limit of none starts none'] = function()
  equal(restarts.new():next(0, { limit = 0, within_ms = 100 }), nil)
end

return T
