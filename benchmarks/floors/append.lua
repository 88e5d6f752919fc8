-- The least that shows live text: a timer that appends a word to each of N buffers, 50 times a
-- second, and keeps their ends in sight; no server, no marks, no bars.
local count = tonumber(vim.env.APPEND_PANES)
local rows = math.ceil(math.sqrt(count))
local windows = {}

vim.cmd('tabnew')
for number = 1, count do
  if number > 1 then
    vim.cmd(number % rows == 1 % rows and 'botright vnew' or 'belowright new')
  end
  vim.bo.buftype, vim.bo.undolevels = 'nofile', -1
  windows[number] = vim.api.nvim_get_current_win()
end

local words = 0
_G.appended = 0
vim.uv.new_timer():start(0, 20, vim.schedule_wrap(function()
  words = words + 1
  local word = words % 15 == 0 and { 'word', '' } or { 'word ' }
  for _, window in ipairs(windows) do
    local buffer = vim.api.nvim_win_get_buf(window)
    vim.api.nvim_buf_set_text(buffer, -1, -1, -1, -1, word)
    vim.api.nvim_win_set_cursor(window, { vim.api.nvim_buf_line_count(buffer), 0 })
    _G.appended = _G.appended + 1
  end
end))
