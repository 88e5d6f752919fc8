--- Who is given the events of a pane.

local equal = require('expect').equal
local listeners = require('antiphon.panes.listeners')

local T = {}

T['every listener of a pane has its events, in order, until it stops'] = function()
  local one, other = {}, {}
  local stop_one = listeners.on('a', function(event)
    one[#one + 1] = event.seq
  end)
  local stop_other = listeners.on('a', function(event)
    other[#other + 1] = event.seq
  end)
  listeners.emit({ paneId = 'a', seq = 1 })
  listeners.emit({ paneId = 'b', seq = 2 })
  stop_one()
  stop_one()
  listeners.emit({ paneId = 'a', seq = 3 })
  stop_other()
  listeners.emit({ paneId = 'a', seq = 4 })
  equal({ one, other }, { { 1 }, { 1, 3 } })
end

return T
