--- Lists the small changes that can be made to a Lua file: `nvim --clean -l list_changes.lua FILE`.
--- Prints a line of JSON for each: what kind it is, the bytes that go, and the text in their place.

local file = assert(io.open(arg[1], 'rb'))
local source = file:read('a')
file:close()

local OTHERS = {
  ['=='] = { '~=' },
  ['~='] = { '==' },
  ['<'] = { '<=', '>=' },
  ['<='] = { '<', '>' },
  ['>'] = { '>=', '<=' },
  ['>='] = { '>', '<' },
  ['and'] = { 'or' },
  ['or'] = { 'and' },
  ['+'] = { '-' },
  ['-'] = { '+' },
  ['*'] = { '+' },
  ['/'] = { '*' },
  ['//'] = { '*' },
  ['%'] = { '+' },
}
--- What a function that needs the editor mentions. The tests in the editor are for it.
local EDITOR = {
  'vim%.api%.',
  'vim%.cmd',
  'vim%.[bw]o%f[%W]',
  'vim%.ui%.',
  'vim%.lsp%.',
  'vim%.schedule',
  'notify',
  'client',
}
local EQUALITY = { ['=='] = true, ['~='] = true }
local COMPARISON = { ['<'] = true, ['<='] = true, ['>'] = true, ['>='] = true }

---@param node TSNode
---@return string
local function text_of(node)
  return vim.treesitter.get_node_text(node, source)
end

---@param kind string
---@param node TSNode
---@param text string
local function change(kind, node, text)
  local _, _, first = node:start()
  local _, _, last = node:end_()
  io.write(vim.json.encode({ kind = kind, first = first, last = last, text = text }), '\n')
end

--- Whether another change does the same as a `not` before the condition.
---@param node TSNode
---@return boolean
local function is_negated_elsewhere(node)
  local operator = node:type() == 'binary_expression' and text_of(node:child(1))
  return EQUALITY[operator] or COMPARISON[operator] or text_of(node):find('^not ') ~= nil
end

local visits = {}

function visits.binary_expression(node)
  local operator = node:child(1)
  for _, other in ipairs(OTHERS[text_of(operator)] or {}) do
    change('operator', operator, other)
  end
end

function visits.unary_expression(node)
  local operator = text_of(node:child(0))
  if operator == 'not' or operator == '-' then
    change('remove ' .. operator, node:child(0), '')
  end
end

function visits.number(node)
  local value = tonumber(text_of(node))
  if value then
    change('number', node, tostring(value + 1))
    change('number', node, tostring(value - 1))
  end
end

visits['true'] = function(node)
  change('boolean', node, 'false')
end

visits['false'] = function(node)
  change('boolean', node, 'true')
end

function visits.return_statement(node)
  local values = node:named_child(0)
  if values and text_of(values) ~= 'nil' and node:parent():type() ~= 'chunk' then
    change('return nil', values, 'nil')
  end
end

local function visit_condition(node)
  local condition = node:field('condition')[1]
  if condition and not is_negated_elsewhere(condition) then
    change('condition', condition, ('not (%s)'):format(text_of(condition)))
  end
end

visits.if_statement = visit_condition
visits.elseif_statement = visit_condition
visits.while_statement = visit_condition

--- A call that is a statement has a block as its parent; `require` and assertions for types stay.
function visits.function_call(node)
  local parent = node:parent():type()
  if (parent == 'block' or parent == 'chunk') and not text_of(node):find('^require') then
    change('call', node, 'do end')
  end
end

---@param node TSNode
---@return boolean
local function needs_editor(node)
  local parent = node:parent()
  local is_outermost = parent and parent:type() == 'chunk' and node:type():find('function')
  local text = is_outermost and text_of(node)
  return text and vim.iter(EDITOR):any(function(pattern)
    return text:find(pattern) ~= nil
  end)
end

---@param node TSNode
local function walk(node)
  if needs_editor(node) then
    return
  end
  local visit = visits[node:type()]
  if visit and node:named() then
    visit(node)
  end
  for child in node:iter_children() do
    walk(child)
  end
end

walk(vim.treesitter.get_string_parser(source, 'lua'):parse()[1]:root())
