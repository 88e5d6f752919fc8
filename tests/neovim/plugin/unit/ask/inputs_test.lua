--- Which inputs a user is asked for.

local equal = require('expect').equal
local inputs = require('antiphon.ask.prompts.inputs')

local T = {}

T['what is required and has no value is missing, and an empty value is one'] = function()
  local all = {
    { name = 'file', required = true },
    { name = 'tone', required = false, default = 'dry' },
    { name = 'reader', required = true },
  }
  local function missing(given)
    return vim.tbl_map(function(input)
      return input.name
    end, inputs.missing(all, given))
  end
  equal(missing({}), { 'file', 'reader' })
  equal(missing({ file = '' }), { 'reader' })
  equal(missing({ file = 'x', reader = 'y' }), {})
end

return T
