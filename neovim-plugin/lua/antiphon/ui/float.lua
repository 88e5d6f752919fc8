--- Shows text in a floating window, which closes when the cursor leaves it.

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-float')

---@class antiphon.FloatMark
---@field row integer zero-based
---@field from integer in bytes
---@field to integer
---@field group string

---@class antiphon.FloatText
---@field lines string[]
---@field marks antiphon.FloatMark[]

---@class antiphon.FloatOptions
---@field title string
---@field hint string
---@field filetype string
---@field keys? table<string, fun()>

---@class antiphon.Float
---@field buffer integer
---@field window integer
---@field options antiphon.FloatOptions

---@param text antiphon.FloatText
---@param options antiphon.FloatOptions
---@return vim.api.keyset.win_config
local function window_config(text, options)
  local width = vim.fn.strdisplaywidth(options.hint) + 4
  for _, line in ipairs(text.lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line) + 1)
  end
  width = math.min(width, vim.o.columns - 4)
  local height = math.max(1, math.min(#text.lines, vim.o.lines - 6))
  return {
    relative = 'editor',
    width = width,
    height = height,
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    col = math.floor((vim.o.columns - width) / 2),
    style = 'minimal',
    border = 'rounded',
    title = (' %s '):format(options.title),
    title_pos = 'left',
    footer = (' %s '):format(options.hint),
    footer_pos = 'right',
  }
end

---@param buffer integer
---@param text antiphon.FloatText
local function write(buffer, text)
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, text.lines)
  vim.bo[buffer].modifiable = false
  vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, 0, -1)
  for _, mark in ipairs(text.marks) do
    vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, mark.row, mark.from, {
      end_col = math.min(mark.to, #text.lines[mark.row + 1]),
      hl_group = mark.group,
    })
  end
end

--- Shows another text in the same window.
---@param float antiphon.Float
---@param text antiphon.FloatText
---@param title string
function M.update(float, text, title)
  if vim.api.nvim_win_is_valid(float.window) then
    float.options.title = title
    write(float.buffer, text)
    vim.api.nvim_win_set_config(float.window, window_config(text, float.options))
  end
end

--- Opens the window and goes there.
---@param text antiphon.FloatText
---@param options antiphon.FloatOptions
---@return antiphon.Float
function M.open(text, options)
  require('antiphon.ui.highlight').define()
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.bo[buffer].bufhidden = 'wipe'
  write(buffer, text)
  local window = vim.api.nvim_open_win(buffer, true, window_config(text, options))
  vim.wo[window].wrap = false
  vim.bo[buffer].filetype = options.filetype
  local function close()
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_close(window, true)
    end
  end
  local keys = vim.tbl_extend('keep', options.keys or {}, { q = close, ['<Esc>'] = close })
  for key, run in pairs(keys) do
    vim.keymap.set('n', key, run, { buffer = buffer, nowait = true })
  end
  vim.api.nvim_create_autocmd('WinLeave', { buffer = buffer, callback = vim.schedule_wrap(close) })
  return { buffer = buffer, window = window, options = options }
end

return M
