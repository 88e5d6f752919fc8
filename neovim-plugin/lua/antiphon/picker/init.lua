--- A small window to choose several models in: what `vim.ui.select` cannot do.

local choice = require('antiphon.picker.choice')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-picker')
local HINT = ' <Space> choose · <CR> done · q leave '
local MARKS = { [true] = '[x] ', [false] = '[ ] ' }

---@class antiphon.PickerView
---@field choice antiphon.Choice
---@field rows antiphon.ChoiceRow[]
---@field buffer integer
---@field window integer

---@param rows antiphon.ChoiceRow[]
---@return integer[]
local function widths(rows)
  local found = { 0, 0, 0 }
  for _, row in ipairs(rows) do
    for column = 1, 3 do
      found[column] = math.max(found[column], vim.fn.strdisplaywidth(row.cells[column]))
    end
  end
  return found
end

---@param row antiphon.ChoiceRow
---@param columns integer[]
---@return string
local function line(row, columns)
  local parts = {}
  for column = 1, 3 do
    local cell = row.cells[column]
    local padding = (' '):rep(columns[column] - vim.fn.strdisplaywidth(cell))
    parts[column] = column == 2 and padding .. cell or cell .. padding
  end
  local text = table.concat(parts, '  ') .. '  ' .. row.cells[4]:gsub('%s+', ' ')
  local mark = row.group == 'AntiphonUnavailable' and ' ·  ' or MARKS[row.chosen]
  return vim.trim(mark .. text) == '' and '' or ' ' .. mark .. text:gsub('%s+$', '')
end

---@param view antiphon.PickerView
local function draw(view)
  view.rows = view.choice:rows()
  local columns = widths(view.rows)
  local lines = vim.tbl_map(function(row)
    return line(row, columns)
  end, view.rows)
  vim.bo[view.buffer].modifiable = true
  vim.api.nvim_buf_set_lines(view.buffer, 0, -1, false, lines)
  vim.bo[view.buffer].modifiable = false
  vim.api.nvim_buf_clear_namespace(view.buffer, NAMESPACE, 0, -1)
  for index, row in ipairs(view.rows) do
    local group = row.chosen and 'AntiphonChosen' or row.group
    if group then
      local stop = row.chosen and 4 + #row.cells[1] + 1 or #lines[index]
      local mark = { end_col = math.min(stop, #lines[index]), hl_group = group }
      vim.api.nvim_buf_set_extmark(view.buffer, NAMESPACE, index - 1, 0, mark)
    end
  end
  if view.window then
    local count = #view.choice:models()
    local title = (' Models: %d chosen '):format(count)
    vim.api.nvim_win_set_config(view.window, { title = title, title_pos = 'left' })
  end
end

---@param buffer integer
---@return vim.api.keyset.win_config
local function place(buffer)
  local widest = 0
  for _, text in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    widest = math.max(widest, vim.fn.strdisplaywidth(text))
  end
  local width = math.max(40, math.min(widest + 1, vim.o.columns - 4, 110))
  local height = math.min(vim.api.nvim_buf_line_count(buffer), vim.o.lines - 6)
  return {
    relative = 'editor',
    width = width,
    height = math.max(1, height),
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    col = math.floor((vim.o.columns - width) / 2),
    style = 'minimal',
    border = 'rounded',
    footer = HINT,
    footer_pos = 'right',
  }
end

---@param view antiphon.PickerView
local function close(view)
  if vim.api.nvim_win_is_valid(view.window) then
    vim.api.nvim_win_close(view.window, true)
  end
end

---@param view antiphon.PickerView
local function toggle(view)
  local refusal = view.choice:toggle(view.rows[vim.api.nvim_win_get_cursor(view.window)[1]])
  if refusal then
    vim.api.nvim_echo({ { refusal, 'WarningMsg' } }, false, {})
  end
  draw(view)
end

---@param view antiphon.PickerView
---@param done fun(models: string[])
local function accept(view, done)
  local models = view.choice:models()
  if #models == 0 then
    toggle(view)
    models = view.choice:models()
  end
  if #models > 0 then
    close(view)
    done(models)
  end
end

--- Opens the picker.
---@param result antiphon.ModelsResult
---@param chosen string[] what is chosen to begin with
---@param done fun(models: string[]) called with one model at least, or never
function M.open(result, chosen, done)
  require('antiphon.highlight').define()
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.bo[buffer].bufhidden = 'wipe'
  local view = { choice = choice.new(result, chosen), buffer = buffer }
  draw(view)
  view.window = vim.api.nvim_open_win(buffer, true, place(buffer))
  vim.wo[view.window].cursorline = true
  vim.wo[view.window].wrap = false
  vim.bo[buffer].filetype = 'antiphon-models'
  draw(view)
  local function map(keys, action)
    for _, key in ipairs(keys) do
      vim.keymap.set('n', key, action, { buffer = buffer, nowait = true })
    end
  end
  map({ '<Space>', '<Tab>', 'x' }, function()
    toggle(view)
  end)
  map({ '<CR>' }, function()
    accept(view, done)
  end)
  map({ 'q', '<Esc>' }, function()
    close(view)
  end)
  vim.api.nvim_create_autocmd('WinLeave', {
    buffer = buffer,
    once = true,
    callback = function()
      close(view)
    end,
  })
end

return M
