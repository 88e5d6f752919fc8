--- Puts the panes of a page into the windows of its tab page, without touching those of others.

local groups = require('antiphon.layout.groups')
local pane_buffer = require('antiphon.panes.buffer')
local splits = require('antiphon.layout.splits')
local winbar = require('antiphon.panes.winbar')

local M = {}

---@param window integer
---@param pane antiphon.PaneView
local function show(window, pane)
  if vim.api.nvim_win_get_buf(window) ~= pane.buffer then
    vim.wo[window].winfixbuf = false
    vim.api.nvim_win_set_buf(window, pane.buffer)
  end
  pane_buffer.set_window_options(window)
  pane_buffer.show_hints(window)
end

--- Runs `change` while the windows of others in this tab page keep their sizes, and divides what is
--- left into equal parts.
---@param group antiphon.PaneGroup
---@param page antiphon.GroupPage
---@param change fun()
local function with_others_fixed(group, page, change)
  local ours, fixed = groups.windows(group, page), {}
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(page.tab)) do
    if not ours[window] and vim.api.nvim_win_get_config(window).relative == '' then
      local options = vim.wo[window]
      fixed[window] = { options.winfixwidth, options.winfixheight }
      options.winfixwidth, options.winfixheight = true, true
    end
  end
  change()
  vim.cmd('wincmd =')
  for window, before in pairs(fixed) do
    if vim.api.nvim_win_is_valid(window) then
      vim.wo[window].winfixwidth, vim.wo[window].winfixheight = before[1], before[2]
    end
  end
end

--- Opens the tab page of a page, behind another, or the part of a shared one.
---@param page antiphon.GroupPage
---@param after integer|nil a tab page
---@return integer window
local function open_first(page, after)
  if page.is_shared then
    vim.api.nvim_set_current_tabpage(page.tab)
    local width = math.floor(vim.o.columns / 2)
    local place = { split = 'right', win = -1, width = width }
    return vim.api.nvim_open_win(page.rows[1][1].buffer, false, place)
  end
  if after and vim.api.nvim_tabpage_is_valid(after) then
    vim.api.nvim_set_current_tabpage(after)
  end
  local window = splits.open_tab_of(page.rows[1][1].buffer)
  page.tab = vim.api.nvim_get_current_tabpage()
  vim.api.nvim_tabpage_set_var(page.tab, 'antiphon', true)
  return window
end

---@param page antiphon.GroupPage
---@param first integer a window, which is divided
local function divide(page, first)
  local above, lefts = first, { first }
  for row = 2, #page.rows do
    local buffer = page.rows[row][1].buffer
    above = vim.api.nvim_open_win(buffer, false, { split = 'below', win = above })
    lefts[row] = above
  end
  for row, list in ipairs(page.rows) do
    local left = lefts[row]
    show(left, list[1])
    for column = 2, #list do
      left = vim.api.nvim_open_win(list[column].buffer, false, { split = 'right', win = left })
      show(left, list[column])
    end
  end
end

--- Closes all windows of the page but the first.
---@param windows integer[]
local function close_rest(windows)
  for index = 2, #windows do
    vim.api.nvim_win_close(windows[index], true)
  end
end

--- Arranges a page; goes to its tab page.
---@param group antiphon.PaneGroup
---@param page antiphon.GroupPage
---@param after integer|nil the tab page that a new one follows
function M.arrange(group, page, after)
  local ours = vim.tbl_keys(groups.windows(group, page))
  if #ours == 0 then
    ours[1] = open_first(page, after)
  end
  vim.api.nvim_set_current_tabpage(page.tab)
  table.sort(ours)
  with_others_fixed(group, page, function()
    close_rest(ours)
    if page.is_shared then
      vim.api.nvim_win_set_width(ours[1], math.floor(vim.o.columns / 2))
    end
    vim.wo[ours[1]].winfixwidth, vim.wo[ours[1]].winfixheight = false, false
    divide(page, ours[1])
  end)
  for _, row in ipairs(page.rows) do
    for _, pane in ipairs(row) do
      winbar.show(pane)
    end
  end
end

--- Gives the panes of a page that has its windows already equal shares of their place.
---@param group antiphon.PaneGroup
---@param page antiphon.GroupPage
function M.equalize(group, page)
  vim.api.nvim_set_current_tabpage(page.tab)
  with_others_fixed(group, page, function() end)
end

return M
