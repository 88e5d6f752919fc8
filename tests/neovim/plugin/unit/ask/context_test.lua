--- How context is named in a composer.

local equal = require('expect').equal
local format_label = require('antiphon.ask.context').format_label

local T = {}

local function item(name, first, last, character)
  return {
    uri = 'file:///folder/' .. name,
    range = first and {
      start = { line = first, character = 0 },
      ['end'] = { line = last, character = character },
    } or nil,
  }
end

T['a file is named without its folder, with its lines counted from one'] = function()
  equal(format_label({ item('a%20b.py') }), 'a b.py')
  equal(format_label({ item('a.py', 2, 9, 0) }), 'a.py:3-9')
  equal(format_label({ item('a.py', 2, 8, 5) }), 'a.py:3-9')
end

T['one line has one number'] = function()
  equal(format_label({ item('a.py', 2, 3, 0) }), 'a.py:3')
  equal(format_label({ item('a.py', 2, 2, 4) }), 'a.py:3')
  equal(format_label({ item('a.py', 2, 3, 1) }), 'a.py:3-4')
end

T['several items are listed'] = function()
  equal(format_label({ item('a.py', 0, 1, 0), item('b.md') }), 'a.py:1, b.md')
  equal(format_label({}), '')
end

T['lines of a buffer are whole lines, with their text'] = function()
  local context = require('antiphon.ask.context')
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, { 'one', 'two', 'three', 'four' })
  local found = context.lines(buffer, 2, 3)
  vim.api.nvim_buf_delete(buffer, {})
  equal(found.text, 'two\nthree\n')
  equal(found.range, { start = { line = 1, character = 0 }, ['end'] = { line = 3, character = 0 } })
end

return T
