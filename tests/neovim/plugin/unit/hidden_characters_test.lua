--- Characters that nobody would see.

local equal = require('expect').equal
local find = require('antiphon.ui.hidden_characters').find

local T = {}

T['each is found at its place, and what Neovim writes out is left to it'] = function()
  equal(find('aé\226\128\174b\216\156'), {
    { at = 3, bytes = 3, code = 0x202E, needs_text = false },
    { at = 7, bytes = 2, code = 0x061C, needs_text = true },
  })
end

T['a line of ordinary text has none'] = function()
  equal(find('plain – “quoted” … 😀 日本'), {})
end

T['what joins two pictures is no secret, what stands between letters is'] = function()
  equal(find('👩\226\128\141👧'), {})
  equal(#find('a\226\128\141b'), 1)
end

return T
