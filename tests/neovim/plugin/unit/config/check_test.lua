--- Which options are wrong.

local config = require('antiphon.config')
local equal = require('expect').equal
local problems = require('antiphon.config.check').problems

local T = {}

local function texts(options)
  return vim.tbl_map(function(problem)
    return problem.text
  end, problems(options))
end

T['the defaults have no problem'] = function()
  equal(texts(config.defaults), {})
  equal(texts({}), {})
end

--- An option, the least value that is right, and the text of the problem with one less.
local LEAST = {
  { { 'flush_ms' }, 1 },
  { { 'treesitter_max_lines' }, 0 },
  { { 'layout', 'min_width' }, 10 },
  { { 'layout', 'min_height' }, 3 },
  { { 'restart', 'limit' }, 0 },
  { { 'restart', 'within_ms' }, 1 },
}

local function nested(path, value)
  return #path == 1 and { [path[1]] = value } or { [path[1]] = { [path[2]] = value } }
end

T['whole numbers have a least value, and no fraction'] = function()
  for _, each in ipairs(LEAST) do
    local path, least = each[1], each[2]
    local name = table.concat(path, '.')
    local problem = ('%s must be a whole number of at least %d'):format(name, least)
    equal(texts(nested(path, least)), {})
    for _, wrong in ipairs({ least - 1, least + 0.5, tostring(least) }) do
      equal(texts(nested(path, wrong)), { problem })
    end
  end
end

T['the amount above which is asked may be a fraction, and not negative'] = function()
  equal(texts({ confirm_above = 0 }), {})
  equal(texts({ confirm_above = 0.5 }), {})
  equal(texts({ confirm_above = -0.01 }), { 'confirm_above must be a number of US dollars' })
  equal(texts({ confirm_above = '1' }), { 'confirm_above must be a number of US dollars' })
end

T['a server elsewhere has an address of a WebSocket'] = function()
  equal(texts({ server = { shared = true, address = 'wss://a.example', token_file = 't' } }), {})
  equal(texts({ server = { shared = 1 } }), { 'server.shared must be true or false' })
  local wanted = 'server.address must be an address that begins with ws:// or wss://'
  for _, wrong in ipairs({ 'http://a', 'a:1', 'ws://', 1 }) do
    equal(texts({ server = { address = wrong } }), { wanted })
  end
end

T['every other option has its type'] = function()
  equal(texts({ cmd = { 'antiphon', 'serve' }, env = {}, settings = {}, params = {} }), {})
  equal(texts({ cmd = { 'a', x = 'b' } }), { 'cmd must be a list of strings' })
  equal(texts({ cmd = 'a' }), { 'cmd must be a list of strings' })
  equal(texts({ cmd = { 1 } }), { 'cmd must be a list of strings' })
  equal(texts({ env = 'x' }), { 'env must be a table of strings' })
  equal(texts({ settings = 1 }), { 'settings must be a table' })
  equal(texts({ params = false }), { 'params must be a table' })
  equal(texts({ keymaps = false }), {})
  equal(texts({ keymaps = 1 }), { 'keymaps must be true or false' })
  equal(texts({ layout = 1 }), { 'layout must be a table' })
  for _, mode in ipairs({ 'grid', 'columns', 'rows', 'tabs', 'beside' }) do
    equal(texts({ layout = { mode = mode } }), {})
  end
  equal(texts({ layout = { mode = 'heap' } }), {
    'layout.mode must be one of grid, columns, rows, tabs, beside',
  })
end

T['problems are in order, and an unknown name is one'] = function()
  equal(texts({ z = 1, a = 1, restart = { often = 1 } }), {
    'a is not an option',
    'restart.often is not an option',
    'z is not an option',
  })
end

T['a wrong value is the default, and the others stay'] = function()
  config.set({ flush_ms = 0, confirm_above = 2, layout = 'rows', restart = { limit = -1 } })
  local effective = config.get()
  config.set({})
  equal(effective.flush_ms, config.defaults.flush_ms)
  equal(effective.confirm_above, 2)
  equal(effective.layout, { mode = 'rows', min_width = 36, min_height = 9 })
  equal(effective.restart, config.defaults.restart)
end

return T
