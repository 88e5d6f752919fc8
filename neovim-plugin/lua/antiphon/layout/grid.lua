--- Shows panes side by side in their own tab pages, so that the user's windows stay as they are.

local winbar = require('antiphon.panes.winbar')
local layout_plan = require('antiphon.layout.plan')
local pane_buffer = require('antiphon.panes.buffer')
local panes = require('antiphon.panes')
local splits = require('antiphon.layout.splits')

local M = {}

---@type antiphon.LayoutMode|nil
local mode

---@return antiphon.LayoutSpace
local function available_space()
  local wanted = require('antiphon.config').get().layout
  return {
    columns = vim.o.columns,
    lines = vim.o.lines - vim.o.cmdheight - 1,
    min_width = wanted.min_width,
    min_height = wanted.min_height,
  }
end

---@param window integer
---@param pane antiphon.PaneView
local function show_in_window(window, pane)
  if vim.api.nvim_win_get_buf(window) ~= pane.buffer then
    vim.api.nvim_win_set_buf(window, pane.buffer)
  end
  pane_buffer.set_window_options(window)
  pane_buffer.show_hints(window)
end

---@param page antiphon.LayoutPage
---@param list antiphon.PaneView[]
---@return integer first_window
local function open_page(page, list)
  local buffers = vim.tbl_map(function(pane)
    return pane.buffer
  end, list)
  local windows = splits.open_tab(page, buffers)
  vim.api.nvim_tabpage_set_var(0, 'antiphon', true)
  for place, window in pairs(windows) do
    show_in_window(window, list[place])
  end
  return windows[page[1][1]]
end

--- Opens the panes in new tab pages and goes to the first pane.
---@param list antiphon.PaneView[]
function M.open(list)
  local wanted = mode or require('antiphon.config').get().layout.mode
  require('antiphon.layout.tabline').show()
  local first
  for _, page in ipairs(layout_plan.plan(#list, available_space(), wanted)) do
    local window = open_page(page, list)
    first = first or window
  end
  vim.api.nvim_set_current_win(first)
  for _, pane in ipairs(list) do
    winbar.show(pane)
  end
end

--- Opens further panes below those of this tab page, or in a tab page of their own.
---@param list antiphon.PaneView[]
function M.open_below(list)
  if not vim.t.antiphon then
    return M.open(list)
  end
  local height = math.max(6, math.floor(vim.o.lines * 0.4))
  local place = { split = 'below', win = -1, height = height }
  local window = splits.open_beside(list[1].buffer, place)
  vim.api.nvim_tabpage_set_var(0, 'antiphon', true)
  local first = window
  show_in_window(window, list[1])
  for index = 2, #list do
    window = splits.open_beside(list[index].buffer, { split = 'right', win = window })
    show_in_window(window, list[index])
  end
  vim.api.nvim_set_current_win(first)
  for _, pane in ipairs(list) do
    winbar.show(pane)
  end
end

--- Goes to a window of the pane, or opens the grid of its session if none shows it.
---@param pane antiphon.PaneView
function M.reveal(pane)
  local here = vim.api.nvim_get_current_tabpage()
  local windows = vim.fn.win_findbuf(pane.buffer)
  table.sort(windows, function(a, b)
    local a_here = vim.api.nvim_win_get_tabpage(a) == here
    local b_here = vim.api.nvim_win_get_tabpage(b) == here
    return a_here and not b_here or (a_here == b_here and a < b)
  end)
  if windows[1] then
    vim.api.nvim_set_current_win(windows[1])
  else
    M.open(panes.of_session(pane.session_id))
    vim.api.nvim_set_current_win(vim.fn.win_findbuf(pane.buffer)[1])
  end
end

--- Closes the windows of the panes; with `wipe` their buffers too.
---@param list antiphon.PaneView[]
---@param wipe? boolean
function M.close(list, wipe)
  for _, pane in ipairs(list) do
    for _, window in ipairs(vim.fn.win_findbuf(pane.buffer)) do
      if vim.t[vim.api.nvim_win_get_tabpage(window)].antiphon then
        pcall(vim.api.nvim_win_close, window, true)
      end
    end
    if wipe and vim.api.nvim_buf_is_valid(pane.buffer) then
      vim.api.nvim_buf_delete(pane.buffer, { force = true })
    end
  end
end

--- Closes this tab page; the panes stay loaded, and `:Antiphon panes` shows them again.
function M.close_tab()
  splits.close_tab()
  if #vim.api.nvim_list_tabpages() == 1 then
    pcall(vim.api.nvim_tabpage_del_var, 0, 'antiphon')
  end
end

--- Changes the layout, for the session's panes and for later ones.
---@param wanted antiphon.LayoutMode
---@param session_id string
function M.rearrange(wanted, session_id)
  mode = wanted
  local pane = panes.current()
  local list = panes.of_session(session_id)
  M.open(list)
  local new = vim.fn.win_findbuf((pane or list[1]).buffer)
  local opened = vim.api.nvim_get_current_tabpage()
  for _, tab in ipairs(vim.api.nvim_list_tabpages()) do
    if tab < opened and vim.t[tab].antiphon and M.shows_any(tab, list) then
      vim.cmd.tabclose(vim.api.nvim_tabpage_get_number(tab))
    end
  end
  for _, window in ipairs(new) do
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_set_current_win(window)
    end
  end
end

--- Returns whether the tab page shows any of the panes.
---@param tab integer
---@param list antiphon.PaneView[]
---@return boolean
function M.shows_any(tab, list)
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(tab)) do
    local pane = panes.of_buffer(vim.api.nvim_win_get_buf(window))
    if pane and vim.list_contains(list, pane) then
      return true
    end
  end
  return false
end

return M
