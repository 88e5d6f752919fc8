--- Shows a long message in the lower right corner, until the user has done something else for a
--- while.

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-corner')
local WIDEST = 72
local LEAST_MS = 4000

---@class antiphon.CornerLine
---@field text string
---@field group string|nil

---@type antiphon.CornerLine[]
local shown = {}
---@type integer|nil
local window
---@type integer|nil
local watch

function M.close()
  if watch then
    pcall(vim.api.nvim_del_autocmd, watch)
    watch = nil
  end
  if window and vim.api.nvim_win_is_valid(window) then
    pcall(vim.api.nvim_win_close, window, true)
  end
  window = nil
end

--- Breaks a text into lines at blanks; a longer word is broken where it must be. Pure.
---@param text string
---@param width integer
---@return string[]
function M.wrap(text, width)
  local lines, line = {}, ''
  local function push()
    lines[#lines + 1] = line
    line = ''
  end
  for word in text:gmatch('%S+') do
    if line ~= '' and vim.fn.strdisplaywidth(line .. ' ' .. word) > width then
      push()
    end
    line = line == '' and word or line .. ' ' .. word
    while vim.fn.strdisplaywidth(line) > width do
      local head = vim.fn.strcharpart(line, 0, width)
      while vim.fn.strdisplaywidth(head) > width do
        head = vim.fn.strcharpart(head, 0, vim.fn.strchars(head) - 1)
      end
      lines[#lines + 1], line = head, line:sub(#head + 1)
    end
  end
  push()
  return lines
end

--- Closes the window at the first key or movement after the message could be read.
local function close_when_read()
  local opened = vim.uv.now()
  watch = vim.api.nvim_create_autocmd(
    { 'CursorMoved', 'CursorMovedI', 'InsertEnter', 'CmdlineEnter' },
    {
      callback = function()
        if vim.uv.now() - opened >= LEAST_MS then
          M.close()
        end
      end,
    }
  )
end

---@param buffer integer
---@param lines antiphon.CornerLine[]
local function write(buffer, lines)
  local texts = vim.tbl_map(function(line)
    return line.text
  end, lines)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, texts)
  for row, line in ipairs(lines) do
    if line.group then
      local mark = { end_col = #line.text, hl_group = line.group }
      vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, row - 1, 0, mark)
    end
  end
end

---@param lines antiphon.CornerLine[]
---@param width integer
local function open(lines, width)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.bo[buffer].bufhidden = 'wipe'
  write(buffer, lines)
  local ok, opened = pcall(vim.api.nvim_open_win, buffer, false, {
    relative = 'editor',
    anchor = 'SE',
    row = vim.o.lines - vim.o.cmdheight - 1,
    col = vim.o.columns,
    width = width,
    height = math.max(1, math.min(#lines, vim.o.lines - 6)),
    style = 'minimal',
    border = 'rounded',
    focusable = false,
    noautocmd = true,
    zindex = 200,
  })
  if ok then
    window = opened
    close_when_read()
  else
    vim.api.nvim_buf_delete(buffer, { force = true })
  end
end

--- Shows a message, below those that are still there.
---@param text string
---@param group? string
function M.show(text, group)
  local before = window and vim.api.nvim_win_is_valid(window) and shown or {}
  local width = math.max(1, math.min(WIDEST, vim.o.columns - 4))
  M.close()
  for _, line in ipairs(M.wrap(text, width)) do
    before[#before + 1] = { text = line, group = group }
  end
  shown = before
  open(shown, width)
end

return M
