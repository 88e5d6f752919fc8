--- Shows panes side by side, in tab pages of their own or beside the user's windows, and fits them
--- to the screen.

local arrange = require('antiphon.layout.arrange')
local autoscroll = require('antiphon.panes.document.autoscroll')
local groups = require('antiphon.layout.groups')
local layout_plan = require('antiphon.layout.plan')
local panes = require('antiphon.panes')
local placing = require('antiphon.layout.placing')
local views = require('antiphon.layout.views')

local M = {}

---@type antiphon.LayoutMode|nil
local mode

--- Changes windows, then restores the focus and the view of every pane.
---@param group antiphon.PaneGroup
---@param change fun()
local function keeping_views(group, change)
  local tab, window = vim.api.nvim_get_current_tabpage(), vim.api.nvim_get_current_win()
  local pane, kept = panes.current(), views.keep(group)
  placing.quietly(change)
  if vim.api.nvim_win_is_valid(window) and vim.api.nvim_tabpage_is_valid(tab) then
    vim.api.nvim_set_current_tabpage(tab)
    vim.api.nvim_set_current_win(window)
  end
  if pane and vim.api.nvim_get_current_buf() ~= pane.buffer then
    M.focus(pane)
  end
  views.restore(group, kept)
  for _, each in ipairs(group.panes) do
    if each.id and not panes.is_answering(each) then
      require('antiphon.panes.attach').attach(each.buffer)
    end
  end
end

--- Fits every group to the screen again.
function M.fit()
  if vim.fn.getcmdwintype() ~= '' then
    return
  end
  for _, group in ipairs(groups.all()) do
    keeping_views(group, function()
      placing.lay_out(group)
    end)
  end
end

--- Gives the panes of this tab page equal shares of what other windows leave them.
function M.equalize()
  local group, page = groups.of_tab(vim.api.nvim_get_current_tabpage())
  if group and page then
    keeping_views(group, function()
      arrange.equalize(group, page)
    end)
  end
end

local function watch_screen()
  local is_due = false
  vim.api.nvim_create_autocmd('VimResized', {
    group = vim.api.nvim_create_augroup('antiphon_screen', {}),
    callback = function()
      if not is_due then
        is_due = true
        vim.schedule(function()
          is_due = false
          M.fit()
        end)
      end
    end,
  })
end

--- Opens the panes, and goes to the first.
---@param list antiphon.PaneView[]
---@param at_end? boolean shows their ends, as those of a conversation that is gone on with
function M.open(list, at_end)
  local wanted = mode or require('antiphon.config').get().layout.mode
  watch_screen()
  local group = { panes = vim.list_slice(list), mode = wanted, pages = {} }
  if wanted == 'beside' then
    M.hide_beside(placing.find_home())
  end
  placing.quietly(function()
    placing.lay_out(group)
  end)
  groups.add(group)
  require('antiphon.layout.tabline').show()
  M.focus(list[1])
  if at_end then
    M.show_ends(list)
  end
end

--- Shows the ends of panes in all of their windows.
---@param list antiphon.PaneView[]
function M.show_ends(list)
  for _, pane in ipairs(list) do
    autoscroll.show_end(pane.buffer)
  end
end

--- Hides the panes beside the windows of a tab page, to make room for other panes.
---@param tab integer|nil
function M.hide_beside(tab)
  for _, group in ipairs(tab and groups.all() or {}) do
    if group.pages[1].is_shared and group.pages[1].tab == tab then
      placing.close_group(group)
    end
  end
  if tab and vim.api.nvim_tabpage_is_valid(tab) then
    vim.api.nvim_set_current_tabpage(tab)
  end
end

--- Opens further panes with those of this tab page if they fit, else in a tab page of their own.
---@param list antiphon.PaneView[]
function M.open_below(list)
  local group, page = groups.of_tab(vim.api.nvim_get_current_tabpage())
  if not group or not page then
    return M.open(list)
  end
  local rows = layout_plan.plan_more(page.rows, list, placing.available_space(), page.is_shared)
  keeping_views(group, function()
    vim.list_extend(group.panes, list)
    if rows then
      page.rows = rows
      arrange.arrange(group, page)
      return
    end
    for _, planned in ipairs(layout_plan.plan(#list, placing.available_space(), 'grid')) do
      local new = { tab = -1, is_shared = false, rows = placing.rows_of(list, planned) }
      arrange.arrange(group, new, group.pages[#group.pages].tab)
      group.pages[#group.pages + 1] = new
    end
  end)
  M.focus(list[1])
end

--- Goes to a window of the pane, in this tab page if it has one.
---@param pane antiphon.PaneView
---@return boolean found
function M.focus(pane)
  local here = vim.api.nvim_get_current_tabpage()
  local windows = vim.fn.win_findbuf(pane.buffer)
  table.sort(windows, function(a, b)
    local a_here = vim.api.nvim_win_get_tabpage(a) == here
    local b_here = vim.api.nvim_win_get_tabpage(b) == here
    return a_here and not b_here or (a_here == b_here and a < b)
  end)
  if windows[1] then
    vim.api.nvim_set_current_win(windows[1])
  end
  return windows[1] ~= nil
end

--- Goes to a window of the pane, or opens the panes of its session if none shows it.
---@param pane antiphon.PaneView
function M.reveal(pane)
  if not M.focus(pane) then
    M.open(panes.of_session(pane.session_id), true)
    M.focus(pane)
  end
end

--- Closes the windows of the panes; with `wipe` their buffers too.
---@param list antiphon.PaneView[]
---@param wipe? boolean
function M.close(list, wipe)
  for _, group in ipairs(groups.all()) do
    for _, page in ipairs(group.pages) do
      for window, pane in pairs(groups.windows(group, page)) do
        if vim.list_contains(list, pane) then
          pcall(vim.api.nvim_win_close, window, true)
        end
      end
    end
  end
  for _, pane in ipairs(list) do
    if wipe and vim.api.nvim_buf_is_valid(pane.buffer) then
      vim.api.nvim_buf_delete(pane.buffer, { force = true })
    end
  end
end

--- Closes the panes here with all that were opened with them; they stay loaded, and
--- `:Antiphon panes` shows them again.
function M.close_group()
  local group = groups.of_tab(vim.api.nvim_get_current_tabpage())
  if not group then
    return pcall(vim.cmd.close) or vim.cmd.enew()
  end
  placing.close_group(group)
  if #vim.api.nvim_list_tabpages() == 1 then
    pcall(vim.api.nvim_tabpage_del_var, 0, 'antiphon')
  end
end

--- Closes other groups that show nothing but these panes.
---@param group antiphon.PaneGroup
---@param list antiphon.PaneView[]
local function close_others(group, list)
  for _, other in ipairs(vim.list_slice(groups.all())) do
    local is_part = vim.iter(other.panes):all(function(pane)
      return vim.list_contains(list, pane)
    end)
    if other ~= group and is_part then
      placing.close_group(other)
    end
  end
end

--- Changes the layout, for the session's panes and for later ones.
---@param wanted antiphon.LayoutMode
---@param session_id string
function M.rearrange(wanted, session_id)
  mode = wanted
  local group = groups.of_tab(vim.api.nvim_get_current_tabpage())
  local list = panes.of_session(session_id)
  if not group then
    return M.open(list, true)
  end
  local shown, has_changed = vim.list_slice(group.panes), true
  keeping_views(group, function()
    close_others(group, list)
    group.mode, group.panes = wanted, list
    has_changed = placing.lay_out(group)
  end)
  if not has_changed then
    require('antiphon.ui.notify').info('on a screen of this size that changes nothing')
  end
  require('antiphon.layout.tabline').show()
  M.show_ends(vim.tbl_filter(function(pane)
    return not vim.list_contains(shown, pane)
  end, list))
end

return M
