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

T['a character has as many bytes as its first one says'] = function()
  local text = '\127\194\128\223\191\224\160\128\239\191\191\240\144\128\128x'
  local ends = {}
  for units = 0, 8 do
    ends[units + 1] = offset_at(text, { line = 0, character = units })
  end
  equal(ends, { 0, 1, 3, 5, 8, 11, 15, 15, 16 })
end

T['a break at the end begins an empty line'] = function()
  equal(at('ab\n', 1, 5), 'ab\n')
  equal(at('ab\n', 2, 0), 'ab\n')
  equal(at('a\r\rb', 2, 1), 'a\r\rb')
  equal(at('ab\ncd', 0, 2), 'ab')
  equal(at('ab\ncd', 0, 3), 'ab')
end

return T
