local equal = require('expect').equal
local offset_at = require('antiphon.ui.position').offset_at

local T = {}

local function at(text, line, character)
  return text:sub(1, offset_at(text, { line = line, character = character }))
end

T['lines end at every kind of line break'] = function()
  equal(at('a\nb\r\nc\rd', 1, 0), 'a\n')
  equal(at('a\nb\r\nc\rd', 2, 0), 'a\nb\r\n')
  equal(at('a\nb\r\nc\rd', 3, 1), 'a\nb\r\nc\rd')
end

T['columns are UTF-16 code units'] = function()
  equal(at('ä€😀x', 0, 1), 'ä')
  equal(at('ä€😀x', 0, 2), 'ä€')
  equal(at('ä€😀x', 0, 4), 'ä€😀')
end

T['past the end is the end'] = function()
  equal(at('ab\r\ncd', 0, 99), 'ab')
  equal(at('ab\ncd', 9, 0), 'ab\ncd')
  equal(at('', 0, 0), '')
end

return T
