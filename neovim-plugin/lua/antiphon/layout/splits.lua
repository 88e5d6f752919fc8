--- Opens and closes tab pages and windows.

local M = {}

--- Opens a tab page with one window; existing windows are not changed.
---@param buffer integer
---@return integer window
function M.open_tab_of(buffer)
  vim.cmd('tab split')
  local window = vim.api.nvim_get_current_win()
  vim.wo[window].winfixbuf = false
  vim.api.nvim_win_set_buf(window, buffer)
  return window
end

--- Opens a tab page with a window for each buffer.
---@param page antiphon.LayoutPage
---@param buffers integer[]
---@return integer[] windows by the place of their buffer
function M.open_tab(page, buffers)
  local first = M.open_tab_of(buffers[page[1][1]])
  local windows = { [page[1][1]] = first }
  local above = first
  for row = 2, #page do
    local place = page[row][1]
    above = vim.api.nvim_open_win(buffers[place], false, { split = 'below', win = above })
    windows[place] = above
  end
  for _, row in ipairs(page) do
    local left = windows[row[1]]
    for column = 2, #row do
      local place = row[column]
      left = vim.api.nvim_open_win(buffers[place], false, { split = 'right', win = left })
      windows[place] = left
    end
  end
  vim.cmd('wincmd =')
  return windows
end

--- Opens a window for the buffer and goes there. If there is no space for it, it opens in a tab
--- page.
---@param buffer integer
---@param place vim.api.keyset.win_config
---@return integer window
function M.open_beside(buffer, place)
  local ok, window = pcall(vim.api.nvim_open_win, buffer, true, place)
  if ok and window ~= 0 then
    return window
  end
  return M.open_tab({ { 1 } }, { buffer })[1]
end

--- Runs a command that opens a window, below all others. If there is no space for it, it opens in a
--- tab page.
---@param command string
function M.run_below(command)
  if not pcall(vim.cmd, 'botright ' .. command) then
    vim.cmd('tab ' .. command)
  end
end

--- Closes this tab page; the only one keeps one empty window.
function M.close_tab()
  if #vim.api.nvim_list_tabpages() > 1 then
    vim.cmd.tabclose()
  else
    vim.cmd.enew()
    vim.cmd.only()
  end
end

return M
