--- Follows the end of a growing text if the cursor is at the end, and else moves nothing.

local M = {}

---@class antiphon.AutoscrollView
---@field row integer The cursor's line.
---@field last integer The buffer's last line.
---@field diff boolean Windows in diff mode scroll together.
---@field selecting boolean A selection must not grow by itself.

--- Returns whether a window follows the end. Pure.
---@param view antiphon.AutoscrollView
---@return boolean
function M.should_follow(view)
  return view.row >= view.last and not view.diff and not view.selecting
end

---@param window integer
---@return boolean
local function is_selecting(window)
  if window ~= vim.api.nvim_get_current_win() then
    return false
  end
  local mode = vim.api.nvim_get_mode().mode
  return mode:find('^[vVsS\22\19]') ~= nil or vim.startswith(mode, 'no')
end

--- Moves a window to the end of its text, which it follows from then on.
---@param window integer
function M.go_to_end(window)
  if vim.wo[window].diff then
    return
  end
  local buffer = vim.api.nvim_win_get_buf(window)
  local last = vim.api.nvim_buf_line_count(buffer)
  local column = #vim.api.nvim_buf_get_lines(buffer, last - 1, last, false)[1]
  vim.api.nvim_win_set_cursor(window, { last, column })
  vim.api.nvim_win_call(window, function()
    vim.cmd('normal! zb')
  end)
end

--- Goes to the end in all windows of a buffer.
---@param buffer integer
function M.show_end(buffer)
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    M.go_to_end(window)
  end
end

--- Runs `write`, which appends to the buffer, and moves the windows that follow its end.
---@param buffer integer
---@param write fun()
function M.keep_at_end(buffer, write)
  local last = vim.api.nvim_buf_line_count(buffer)
  local following = vim.tbl_filter(function(window)
    return M.should_follow({
      row = vim.api.nvim_win_get_cursor(window)[1],
      last = last,
      diff = vim.wo[window].diff,
      selecting = is_selecting(window),
    })
  end, vim.fn.win_findbuf(buffer))
  write()
  if #following == 0 then
    return
  end
  last = vim.api.nvim_buf_line_count(buffer)
  -- The end of the last line: of a long wrapped line the start would show only its top.
  local column = #vim.api.nvim_buf_get_lines(buffer, last - 1, last, false)[1]
  for _, window in ipairs(following) do
    vim.api.nvim_win_set_cursor(window, { last, column })
  end
end

return M
