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

local function cases(root)
  local path = vim.fs.joinpath(root, 'clients', 'protocol', 'hidden_characters.json')
  local file = assert(io.open(path))
  local text = file:read('*a')
  file:close()
  return vim.json.decode(text)
end

T['both ends of every range of the shared table are found, and the layout is not'] = function(root)
  for class, each in pairs(cases(root)) do
    for _, range in ipairs(each.ranges) do
      for _, digits in ipairs(vim.split(range, '-')) do
        local code = assert(tonumber(digits, 16))
        local wanted = class == 'layout' and 0 or 1
        -- In a line of Neovim a NUL is a line feed, which is layout here.
        if code ~= 0 then
          local found = find('name' .. vim.fn.nr2char(code, true) .. 'x')
          equal({ digits, #found }, { digits, wanted })
          equal(found[1] and found[1].code, wanted == 1 and code or nil)
        end
      end
    end
  end
end

T['a selector after a sign with a coloured form is not hidden'] = function()
  equal(find('❤\239\184\143 1\239\184\143\226\131\163'), {})
  equal(#find('漢\239\184\128'), 1)
end

return T
