--- Addresses of documents, and messages without nulls.

local equal = require('expect').equal
local uri = require('antiphon.server.uri')
local without_null = require('antiphon.server.null')

local T = {}

T['a slug may be missing, and has any characters'] = function()
  equal(uri.parse('antiphon:/pane/S/P'), { session = 'S', pane = 'P', slug = '' })
  equal(uri.parse('antiphon:/pane/S/P/a%2Fb%zz'), { session = 'S', pane = 'P', slug = 'a/b%zz' })
  local others = { 'antiphon:/pane/S', 'antiphon:pane/S/P', 'antiphon:/message/S/P/M/x' }
  for _, other in ipairs(others) do
    equal(uri.parse(other), nil)
  end
end

T['a message has the slug of its pane as it is written'] = function()
  equal(uri.message_uri('antiphon:///pane/S/P/a%20b', 'M'), 'antiphon:/message/S/P/M/a%20b')
  equal(uri.message_uri('antiphon:/pane/S/P', 'M'), 'antiphon:/message/S/P/M/')
end

T['nulls are removed at every depth, and nothing else'] = function()
  local value = { a = vim.NIL, b = { c = vim.NIL, d = false, e = { vim.NIL, 1 } }, f = '' }
  equal(without_null(value), { b = { d = false, e = { [2] = 1 } }, f = '' })
  equal(without_null(vim.NIL), nil)
  equal({ without_null(false), without_null(0) }, { false, 0 })
end

return T
