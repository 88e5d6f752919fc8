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

local function count_after(before, hidden)
  return #find(before .. vim.fn.nr2char(hidden, true))
end

T['a joiner is not hidden after an emoji or its coloured form, from the first one on'] = function()
  local joiner = 0x200D
  equal(count_after(vim.fn.nr2char(0x1F000, true), joiner), 0)
  equal(count_after(vim.fn.nr2char(0x1EFFF, true), joiner), 1)
  equal(count_after('❤\239\184\143', joiner), 0)
  equal(count_after('😀', 0x200C), 1)
end

T['a selector is not hidden after signs that have several forms, and only after those'] = function()
  for code, count in pairs({
    [0x1FFF] = 1,
    [0x2000] = 0,
    [0x32FF] = 0,
    [0x3300] = 1,
    [0x1EFFF] = 1,
    [0x1F000] = 0,
    [0x1FAFF] = 0,
    [0x1FB00] = 1,
    [0xA8] = 1,
    [0xA9] = 0,
    [0xAA] = 1,
    [0xAE] = 0,
  }) do
    equal({ code, count_after(vim.fn.nr2char(code, true), 0xFE0F) }, { code, count })
  end
  for _, before in ipairs({ '0', '9', '#', '*' }) do
    equal({ before, count_after(before, 0xFE0F), count_after(before, 0xFE0E) }, { before, 0, 0 })
  end
  for _, before in ipairs({ '', '/', 'a', '0\u{FE0F}' }) do
    equal({ before, count_after(before, 0xFE0F) }, { before, 1 })
  end
  equal({ count_after('0', 0xFE0D), count_after('❤', 0xFE00) }, { 1, 1 })
end

T['what Neovim does not draw gets a text'] = function()
  local needed = {}
  for _, code in ipairs({
    0x7F,
    0xAD,
    0x180E,
    0x200B,
    0x200C,
    0x2028,
    0x206F,
    0xFEFF,
    0xFFF0,
    0xFFF9,
    0xFFFB,
  }) do
    needed[code] = find('x' .. vim.fn.nr2char(code, true))[1].needs_text
  end
  equal(needed, {
    [0x7F] = false,
    [0xAD] = true,
    [0x180E] = false,
    [0x200B] = false,
    [0x200C] = true,
    [0x2028] = true,
    [0x206F] = false,
    [0xFEFF] = false,
    [0xFFF0] = true,
    [0xFFF9] = false,
    [0xFFFB] = false,
  })
end

T['characters beside the hidden ones are not hidden'] = function()
  local seen = { 0x20, 0x7E, 0xA0, 0xAC, 0x200A, 0x2010, 0x2027, 0x202F, 0x205F, 0x2070 }
  for _, code in ipairs(seen) do
    equal({ code, #find('x' .. vim.fn.nr2char(code, true)) }, { code, 0 })
  end
end

return T
