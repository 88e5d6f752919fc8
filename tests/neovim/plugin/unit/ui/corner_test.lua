--- How a long message is broken into lines.

local equal = require('expect').equal
local wrap = require('antiphon.ui.notify.corner').wrap

local T = {}

T['a line is broken at blanks, once it would be too wide'] = function()
  equal(wrap('ab cd ef', 5), { 'ab cd', 'ef' })
  equal(wrap('ab cd ef', 4), { 'ab', 'cd', 'ef' })
  equal(wrap('ab  cd\nef', 99), { 'ab cd ef' })
  equal(wrap('', 5), { '' })
end

T['a longer word is broken where it must be'] = function()
  equal(wrap('a bcdefgh i', 3), { 'a', 'bcd', 'efg', 'h i' })
  equal(wrap('abc', 3), { 'abc' })
  equal(wrap('日本語x', 5), { '日本', '語x' })
  equal(wrap('日本語日本語日本語', 12), { '日本語日本語', '日本語' })
end

return T
