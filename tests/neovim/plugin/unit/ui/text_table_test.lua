--- Tables in floating windows.

local equal = require('expect').equal
local text_table = require('antiphon.ui.text_table')

local T = {}

T['cells are aligned by the cells that they take on the screen'] = function()
  local text = text_table.lay_out({
    { { 'a' }, { '1', right = true }, { 'x' } },
    { { '日本' }, { '100', right = true }, { '' } },
  })
  equal(text.lines, { ' a       1  x', ' 日本  100' })
  equal(text.marks, {})
end

T['a colour begins at its text, not at the space before it'] = function()
  local text = text_table.lay_out({
    { { 'é', 'One' }, { '1', 'Two', right = true } },
    { { 'long', 'One' }, { '', 'Two' } },
    { { '' }, { '100', 'Two', right = true } },
  })
  equal(text.lines, { ' é       1', ' long', '       100' })
  equal(text.marks, {
    { row = 0, from = 1, to = 3, group = 'One' },
    { row = 0, from = 10, to = 11, group = 'Two' },
    { row = 1, from = 1, to = 5, group = 'One' },
    { row = 2, from = 7, to = 10, group = 'Two' },
  })
end

T['a text below another keeps its colours'] = function()
  local function mark(row)
    return { row = row, from = 0, to = 1, group = 'One' }
  end
  local first = { lines = { 'a', 'b' }, marks = { mark(1) } }
  local both =
    text_table.append_below(first, { lines = { 'c', 'd' }, marks = { mark(0), mark(1) } })
  equal(both, { lines = { 'a', 'b', 'c', 'd' }, marks = { mark(1), mark(2), mark(3) } })
end

T['a bar has an eighth of a cell as its least step'] = function()
  local bars = vim.tbl_map(function(share)
    return text_table.bar(share, 2)
  end, { -1, -0.1, 0, 1 / 32, 1 / 16, 0.5, 9 / 16, 15 / 16, 1, 7 })
  equal(bars, { '', '', '', '▏', '▏', '█', '█▏', '█▉', '██', '██' })
  local partial = vim.tbl_map(function(eighths)
    return text_table.bar(eighths / 8, 1)
  end, { 1, 2, 3, 4, 5, 6, 7, 8 })
  equal(partial, { '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█' })
end

return T
