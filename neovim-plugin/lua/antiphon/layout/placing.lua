--- Lays out groups of panes: plans their pages, and opens, arranges and closes those.

local arrange = require('antiphon.layout.arrange')
local groups = require('antiphon.layout.groups')
local layout_plan = require('antiphon.layout.plan')
local splits = require('antiphon.layout.splits')

local M = {}

local PASSING = 'WinEnter,WinLeave,TabEnter,TabLeave,BufEnter,BufLeave'

---@return antiphon.LayoutSpace
function M.available_space()
  local wanted = require('antiphon.config').get().layout
  return {
    columns = vim.o.columns,
    lines = vim.o.lines - vim.o.cmdheight - 1,
    min_width = wanted.min_width,
    min_height = wanted.min_height,
  }
end

---@param list antiphon.PaneView[]
---@param page antiphon.LayoutPage
---@return antiphon.PaneView[][]
function M.rows_of(list, page)
  return vim.tbl_map(function(row)
    return vim.tbl_map(function(place)
      return list[place]
    end, row)
  end, page)
end

--- Returns the tab page beside whose windows panes are shown: this one, or the user's nearest.
---@return integer|nil
function M.find_home()
  local here = vim.api.nvim_get_current_tabpage()
  local last = vim.fn.tabpagenr('#')
  local tabs = vim.api.nvim_list_tabpages()
  local candidates = { here, tabs[last] }
  vim.list_extend(candidates, tabs)
  return vim.iter(candidates):find(function(tab)
    return not vim.t[tab].antiphon and not vim.t[tab].antiphon_name
  end)
end

--- Plans the pages of a group, as rows of panes.
---@param group antiphon.PaneGroup
---@param home integer|nil the tab page of the user's that the first page can be in
---@return antiphon.PaneView[][][]
---@return boolean is_beside whether it is there
local function plan(group, home)
  local space = M.available_space()
  local pages, is_beside
  if group.mode == 'beside' and home then
    pages, is_beside = layout_plan.plan_beside(#group.panes, space)
  else
    local alone = group.mode == 'beside' and 'grid' or group.mode
    pages, is_beside = layout_plan.plan(#group.panes, space, alone), false
  end
  local planned = vim.tbl_map(function(page)
    return M.rows_of(group.panes, page)
  end, pages)
  return planned, is_beside
end

---@param page antiphon.GroupPage
---@param group antiphon.PaneGroup
local function close_page(group, page)
  if not vim.api.nvim_tabpage_is_valid(page.tab) then
    return
  end
  for window in pairs(groups.windows(group, page)) do
    pcall(vim.api.nvim_win_close, window, true)
  end
  if not page.is_shared and vim.api.nvim_tabpage_is_valid(page.tab) then
    vim.api.nvim_set_current_tabpage(page.tab)
    splits.close_tab()
  end
end

---@param group antiphon.PaneGroup
function M.close_group(group)
  for _, page in ipairs(group.pages) do
    close_page(group, page)
  end
  groups.remove(group)
end

--- Returns whether a page has these panes in these places already.
---@param page antiphon.GroupPage
---@param rows antiphon.PaneView[][]
---@return boolean
local function has_rows(page, rows)
  local before, after = vim.iter(page.rows):flatten(1), vim.iter(rows):flatten(1)
  local sizes = vim.tbl_map(function(row)
    return #row
  end, rows)
  local old_sizes = vim.tbl_map(function(row)
    return #row
  end, page.rows)
  local is_same = vim.deep_equal(sizes, old_sizes)
  return is_same and before:all(function(pane)
    return pane == after:next()
  end)
end

--- Closes all pages of a group where they change sides: the user's windows and ours do not move.
---@param group antiphon.PaneGroup
---@param is_beside boolean
---@return antiphon.GroupPage[] those that can be used again
local function take_spare(group, is_beside)
  local spare = group.pages
  local was_beside = spare[1] ~= nil and spare[1].is_shared
  if was_beside == is_beside then
    return spare
  end
  for _, page in ipairs(spare) do
    close_page(group, page)
  end
  return {}
end

--- Lays a group out as planned: pages that are as they should be only get equal shares.
---@param group antiphon.PaneGroup
---@return boolean has_changed
function M.lay_out(group)
  local old = group.pages[1]
  local home = old and old.is_shared and old.tab or M.find_home()
  local planned, is_beside = plan(group, home)
  local spare = take_spare(group, is_beside)
  group.pages = {}
  local has_changed = #spare ~= #planned
  local after = spare[1] and spare[1].tab or nil
  for index, rows in ipairs(planned) do
    local is_shared = index == 1 and is_beside
    local page = spare[index]
      or { tab = is_shared and home or -1, is_shared = is_shared, rows = {} }
    local is_same = not is_shared and has_rows(page, rows)
    has_changed = has_changed or not has_rows(page, rows)
    page.rows = rows
    group.pages[index] = page
    if is_same then
      arrange.equalize(group, page)
    else
      arrange.arrange(group, page, after)
    end
    after = page.tab
  end
  for index = #planned + 1, #spare do
    close_page(group, spare[index])
  end
  return has_changed
end

--- Runs a change of windows without the events of going through them: others need not know.
---@param change fun()
function M.quietly(change)
  local ignored = vim.o.eventignore
  vim.o.eventignore = ignored .. (ignored == '' and '' or ',') .. PASSING
  local ok, problem = pcall(change)
  vim.o.eventignore = ignored
  if not ok then
    error(problem, 0)
  end
end

return M
