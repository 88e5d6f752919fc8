--- Checks the options and names each wrong one.

local M = {}

---@class antiphon.ConfigProblem
---@field text string
---@field parent table The table that holds the wrong value …
---@field key string … under this key.

local MODES = { grid = true, columns = true, rows = true, tabs = true, beside = true }

---@param least integer
local function whole_number(least)
  return {
    ('a whole number of at least %d'):format(least),
    function(value)
      return type(value) == 'number' and value % 1 == 0 and value >= least
    end,
  }
end

---@param kind type
---@param name string
local function of_type(kind, name)
  return {
    name,
    function(value)
      return type(value) == kind
    end,
  }
end

local function is_command(value)
  return type(value) == 'table' and type(value[1]) == 'string' and vim.islist(value)
end

--- The rule for each option: a test with its name, or a table of further options.
local RULES = {
  cmd = { 'a list of strings', is_command },
  server = {
    shared = of_type('boolean', 'true or false'),
    address = {
      'an address that begins with ws:// or wss://',
      function(value)
        return type(value) == 'string' and value:find('^wss?://[^/]') ~= nil
      end,
    },
    token_file = of_type('string', 'a path'),
    tls_ca = of_type('string', 'a path'),
  },
  env = of_type('table', 'a table of strings'),
  settings = of_type('table', 'a table'),
  params = of_type('table', 'a table'),
  keymaps = of_type('boolean', 'true or false'),
  confirm_above = {
    'a number of US dollars',
    function(value)
      return type(value) == 'number' and value >= 0
    end,
  },
  flush_ms = whole_number(1),
  treesitter_max_lines = whole_number(0),
  layout = {
    mode = {
      'one of grid, columns, rows, tabs, beside',
      function(value)
        return MODES[value] == true
      end,
    },
    min_width = whole_number(10),
    min_height = whole_number(3),
  },
  restart = { limit = whole_number(0), within_ms = whole_number(1) },
}

---@param options table
---@param rules table
---@param prefix string
---@param found antiphon.ConfigProblem[]
local function walk(options, rules, prefix, found)
  for key, value in pairs(options) do
    local rule, problem = rules[key], nil
    if not rule then
      problem = 'is not an option'
    elseif rule[1] then
      problem = not rule[2](value) and 'must be ' .. rule[1] or nil
    elseif type(value) ~= 'table' then
      problem = 'must be a table'
    else
      walk(value, rule, prefix .. key .. '.', found)
    end
    if problem then
      local text = ('%s%s %s'):format(prefix, key, problem)
      found[#found + 1] = { text = text, parent = options, key = key }
    end
  end
end

---@param options antiphon.Options
---@return antiphon.ConfigProblem[]
function M.problems(options)
  local found = {}
  walk(options, RULES, '', found)
  table.sort(found, function(a, b)
    return a.text < b.text
  end)
  return found
end

return M
