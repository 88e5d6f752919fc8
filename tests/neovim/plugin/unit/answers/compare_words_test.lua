--- Segments of a comparison as places in either text.

local equal = require('expect').equal
local words = require('antiphon.answers.compare.words')

local T = {}

T['what one side alone has stands where that side has it'] = function()
  local left, right = words.spans({
    { op = 'equal', text = 'é one\ntwo ' },
    { op = 'delete', text = 'old' },
    { op = 'insert', text = 'new\nline' },
    { op = 'equal', text = ' end' },
    { op = 'insert', text = '.' },
  })
  equal(left, { { row = 1, col = 4, end_row = 1, end_col = 7 } })
  equal(right, {
    { row = 1, col = 4, end_row = 2, end_col = 4 },
    { row = 2, col = 8, end_row = 2, end_col = 9 },
  })
end

T['equal texts differ nowhere'] = function()
  local left, right = words.spans({ { op = 'equal', text = 'a\nb\n' } })
  equal({ left, right }, { {}, {} })
end

return T
