local equal = require('expect').equal
local follows = require('antiphon.panes.document.autoscroll').should_follow

local T = {}

local function view(changes)
  local at_end = { row = 10, last = 10, diff = false, selecting = false }
  return vim.tbl_extend('force', at_end, changes)
end

T['the end is followed from the last line only'] = function()
  equal(follows(view({})), true)
  equal(follows(view({ row = 9 })), false)
end

T['nothing is followed in a diff or a selection'] = function()
  equal(follows(view({ diff = true })), false)
  equal(follows(view({ selecting = true })), false)
end

T['a cursor below the last known line is at the end too'] = function()
  equal(follows(view({ row = 11 })), true)
end

return T
