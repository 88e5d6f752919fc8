--- Picks several items in a floating window, which `vim.ui.select` cannot.

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-picker')
local MARKS = { [true] = ' [x] ', [false] = ' [ ] ' }
local WIDEST = 110

---@class antiphon.PickerRow
---@field cells string[] Four of them.
---@field chosen boolean
---@field group? string The whole row's highlight.

--- The items of a picker.
---@class antiphon.Pickable
---@field rows fun(self: antiphon.Pickable): antiphon.PickerRow[]
---@field toggle fun(self: antiphon.Pickable, row: antiphon.PickerRow): string|nil why not
---@field picked fun(self: antiphon.Pickable): any[]

---@class antiphon.PickerOptions
---@field title string
---@field header string[] What each column is.
---@field hint string
---@field actions table<string, fun(view: antiphon.PickerView)> Further keys.
---@field filetype string
---@field least? integer How many must be chosen; 1 if not given.

---@class antiphon.PickerView
---@field choice antiphon.Pickable
---@field options antiphon.PickerOptions
---@field shown antiphon.PickerRow[]
---@field buffer integer
---@field window integer
---@field is_suspended boolean Another prompt is open; the window stays.

---@param text string
---@param width integer
---@return string
local function cut(text, width)
  if vim.fn.strdisplaywidth(text) <= width then
    return text
  end
  local kept = vim.fn.strcharpart(text, 0, width - 1)
  while vim.fn.strdisplaywidth(kept) >= width do
    kept = vim.fn.strcharpart(kept, 0, vim.fn.strchars(kept) - 1)
  end
  return kept .. '…'
end

---@param view antiphon.PickerView
---@return integer[]
local function widths(view)
  local found = { 0, 0, 0 }
  for column = 1, 3 do
    found[column] = vim.fn.strdisplaywidth(view.options.header[column])
    for _, row in ipairs(view.shown) do
      found[column] = math.max(found[column], vim.fn.strdisplaywidth(row.cells[column]))
    end
  end
  return found
end

---@param mark string
---@param cells string[]
---@param columns integer[]
---@return string
local function line(mark, cells, columns)
  local parts = {}
  for column = 1, 3 do
    local padding = (' '):rep(columns[column] - vim.fn.strdisplaywidth(cells[column]))
    parts[column] = column == 2 and padding .. cells[column] or cells[column] .. padding
  end
  parts[4] = (cells[4]:gsub('%s+', ' '))
  local text = mark .. table.concat(parts, '  ')
  return cut((text:gsub('%s+$', '')), math.min(vim.o.columns - 5, WIDEST - 1))
end

---@param view antiphon.PickerView
---@param lines string[]
local function highlight_rows(view, lines)
  vim.api.nvim_buf_clear_namespace(view.buffer, NAMESPACE, 0, -1)
  for index, row in ipairs(view.shown) do
    local group = row.chosen and 'AntiphonChosen' or row.group
    if group then
      local stop = row.chosen and #MARKS[true] + #row.cells[1] or #lines[index]
      local mark = { end_col = math.min(stop, #lines[index]), hl_group = group }
      vim.api.nvim_buf_set_extmark(view.buffer, NAMESPACE, index - 1, 0, mark)
    end
  end
end

---@param view antiphon.PickerView
function M.draw(view)
  view.shown = view.choice:rows()
  local columns = widths(view)
  local lines = vim.tbl_map(function(row)
    local mark = row.group == 'AntiphonUnavailable' and '  ·  ' or MARKS[row.chosen]
    return line(mark, row.cells, columns)
  end, view.shown)
  vim.bo[view.buffer].modifiable = true
  vim.api.nvim_buf_set_lines(view.buffer, 0, -1, false, lines)
  vim.bo[view.buffer].modifiable = false
  highlight_rows(view, lines)
  if view.window then
    local title = (' %s: %d chosen '):format(view.options.title, #view.choice:picked())
    vim.api.nvim_win_set_config(view.window, { title = title, title_pos = 'left' })
    local header = line((' '):rep(#MARKS[true]), view.options.header, columns)
    vim.wo[view.window].winbar = '%#AntiphonMeter#' .. header:gsub('%%', '%%%%')
  end
end

---@param view antiphon.PickerView
---@return vim.api.keyset.win_config
local function window_config(view)
  local widest = vim.fn.strdisplaywidth(view.options.hint) + 4
  for _, text in ipairs(vim.api.nvim_buf_get_lines(view.buffer, 0, -1, false)) do
    widest = math.max(widest, vim.fn.strdisplaywidth(text))
  end
  local width = math.min(widest + 1, vim.o.columns - 4, WIDEST)
  local height = math.min(vim.api.nvim_buf_line_count(view.buffer) + 1, vim.o.lines - 6)
  return {
    relative = 'editor',
    width = width,
    height = math.max(2, height),
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    col = math.floor((vim.o.columns - width) / 2),
    style = 'minimal',
    border = 'rounded',
    footer = cut((' %s '):format(view.options.hint), width),
    footer_pos = 'right',
  }
end

---@param view antiphon.PickerView
local function close(view)
  if vim.api.nvim_win_is_valid(view.window) then
    vim.api.nvim_win_close(view.window, true)
  end
end

---@param text string
function M.show_warning(text)
  require('antiphon.ui.notify').hint(text, 'WarningMsg')
end

--- Returns the row under the cursor.
---@param view antiphon.PickerView
---@return antiphon.PickerRow|nil
function M.row(view)
  return view.shown[vim.api.nvim_win_get_cursor(view.window)[1]]
end

--- Keeps the window open during another prompt; `ask` gets a function that returns to it.
---@param view antiphon.PickerView
---@param ask fun(back: fun())
function M.suspend(view, ask)
  view.is_suspended = true
  ask(function()
    view.is_suspended = false
    if vim.api.nvim_win_is_valid(view.window) then
      vim.api.nvim_set_current_win(view.window)
      M.draw(view)
    end
  end)
end

---@param view antiphon.PickerView
local function toggle(view)
  local row = M.row(view)
  local refusal = row and view.choice:toggle(row)
  if refusal then
    M.show_warning(refusal)
  end
  M.draw(view)
end

---@param view antiphon.PickerView
---@param done fun(picked: any[])
local function accept(view, done)
  local least, row = view.options.least or 1, M.row(view)
  if #view.choice:picked() < least and row and not row.chosen then
    toggle(view)
  end
  local picked = view.choice:picked()
  if #picked >= least then
    close(view)
    done(picked)
  elseif least > 1 then
    M.show_warning(('choose at least %d, these are %d'):format(least, #picked))
  end
end

---@param view antiphon.PickerView
---@param done fun(picked: any[])
local function map_keys(view, done)
  local function map(keys, action)
    for _, key in ipairs(keys) do
      vim.keymap.set('n', key, function()
        action(view, done)
      end, { buffer = view.buffer, nowait = true })
    end
  end
  map({ '<Space>', '<Tab>', 'x' }, toggle)
  map({ '<CR>' }, accept)
  map({ 'q', '<Esc>' }, close)
  for key, action in pairs(view.options.actions) do
    map({ key }, action)
  end
end

--- Opens the picker.
---@param choice antiphon.Pickable
---@param options antiphon.PickerOptions
---@param done fun(picked: any[]) called with at least one, or never
function M.open(choice, options, done)
  require('antiphon.ui.highlight').define()
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.bo[buffer].bufhidden = 'wipe'
  local view = { choice = choice, options = options, buffer = buffer, is_suspended = false }
  M.draw(view)
  view.window = vim.api.nvim_open_win(buffer, true, window_config(view))
  vim.wo[view.window].cursorline = true
  vim.wo[view.window].wrap = false
  for index, row in ipairs(options.least and view.shown or {}) do
    if not row.chosen then
      vim.api.nvim_win_set_cursor(view.window, { index, 0 })
      break
    end
  end
  vim.bo[buffer].filetype = options.filetype
  M.draw(view)
  map_keys(view, done)
  vim.api.nvim_create_autocmd('WinLeave', {
    buffer = buffer,
    callback = function()
      if not view.is_suspended then
        close(view)
      end
    end,
  })
end

return M
