--- Chooses one item: in the user's own `vim.ui.select`, else in a small window. Neovim's own list
--- takes the command line, and pages with `-- More --`.

local wrap = require('antiphon.ui.notify.corner').wrap

local M = {}

local WIDEST = 90
local MOST_DIGITS = 9

---@class antiphon.SelectOptions
---@field prompt string
---@field format_item? fun(item: any): string

---@return boolean
local function has_own_select()
  local source = debug.getinfo(vim.ui.select, 'S').source
  -- The newest Neovim's own functions do not say where they are from.
  return source ~= '?' and not source:find('vim/ui.lua', 1, true)
end

--- Lays out the prompt and, below it, the items with the digits that choose them.
---@param items any[]
---@param options antiphon.SelectOptions
---@return antiphon.FloatText
---@return integer first the line of the first item
local function lay_out(items, options)
  local width = math.max(10, math.min(WIDEST, vim.o.columns - 8))
  local text = { lines = {}, marks = {} }
  for _, line in ipairs(wrap(options.prompt, width)) do
    text.lines[#text.lines + 1] = ' ' .. line
    text.marks[#text.marks + 1] =
      { row = #text.lines - 1, from = 0, to = #line + 1, group = 'AntiphonModel' }
  end
  local first = #text.lines + 1
  local format = options.format_item or tostring
  for index, item in ipairs(items) do
    local digit = index <= MOST_DIGITS and ('%d'):format(index) or ' '
    text.lines[#text.lines + 1] = (' %s  %s'):format(digit, (format(item):gsub('[\r\n]+', ' ')))
    local mark = { row = #text.lines - 1, from = 1, to = 2, group = 'AntiphonKey' }
    text.marks[#text.marks + 1] = mark
  end
  return text, first
end

--- Asks the user for one of the items; `done` is called once, without an item if none is chosen.
---@generic T
---@param items T[]
---@param options antiphon.SelectOptions
---@param done fun(item: T|nil, index: integer|nil)
function M.select(items, options, done)
  if has_own_select() then
    return vim.ui.select(items, options, done)
  end
  local text, first = lay_out(items, options)
  local view, is_done
  local function finish(index)
    if is_done then
      return
    end
    is_done = true
    if view and vim.api.nvim_win_is_valid(view.window) then
      vim.api.nvim_win_close(view.window, true)
    end
    done(index and items[index], index)
  end
  local keys = {
    ['<CR>'] = function()
      local index = vim.api.nvim_win_get_cursor(view.window)[1] - first + 1
      if items[index] then
        finish(index)
      end
    end,
  }
  for index = 1, math.min(#items, MOST_DIGITS) do
    keys[tostring(index)] = function()
      finish(index)
    end
  end
  vim.cmd.stopinsert()
  view = require('antiphon.ui.float').open(text, {
    title = 'Antiphon',
    hint = '<CR> choose · q leave',
    filetype = 'antiphon-select',
    keys = keys,
  })
  vim.wo[view.window].cursorline = true
  vim.api.nvim_win_set_cursor(view.window, { first, 0 })
  vim.api.nvim_create_autocmd('BufWipeout', {
    buffer = view.buffer,
    once = true,
    callback = vim.schedule_wrap(function()
      finish(nil)
    end),
  })
end

return M
