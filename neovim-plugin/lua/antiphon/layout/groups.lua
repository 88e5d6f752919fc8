--- The groups of panes on the screen: what one question opened shares tab pages and is laid out as
--- one.

local M = {}

---@class antiphon.PaneGroup
---@field panes antiphon.PaneView[] in the order of the screen
---@field mode antiphon.LayoutMode
---@field pages antiphon.GroupPage[]

---@class antiphon.GroupPage
---@field tab integer
---@field is_shared boolean The tab page is the user's, and has windows of theirs.
---@field rows antiphon.PaneView[][]

---@type antiphon.PaneGroup[]
local groups = {}

---@param group antiphon.PaneGroup
function M.add(group)
  groups[#groups + 1] = group
end

---@param group antiphon.PaneGroup
function M.remove(group)
  groups = vim.tbl_filter(function(each)
    return each ~= group
  end, groups)
end

--- Returns the windows of a page that show panes of its group.
---@param group antiphon.PaneGroup
---@param page antiphon.GroupPage
---@return table<integer, antiphon.PaneView> panes by window
function M.windows(group, page)
  local found, by_buffer = {}, {}
  for _, pane in ipairs(group.panes) do
    by_buffer[pane.buffer] = pane
  end
  if vim.api.nvim_tabpage_is_valid(page.tab) then
    for _, window in ipairs(vim.api.nvim_tabpage_list_wins(page.tab)) do
      found[window] = by_buffer[vim.api.nvim_win_get_buf(window)]
    end
  end
  return found
end

--- Drops the pages that the user has closed, and the panes that no page shows any more.
---@param group antiphon.PaneGroup
function M.prune(group)
  local shown = {}
  group.pages = vim.tbl_filter(function(page)
    local windows = M.windows(group, page)
    for _, pane in pairs(windows) do
      shown[pane] = true
    end
    return next(windows) ~= nil
  end, group.pages)
  group.panes = vim.tbl_filter(function(pane)
    return shown[pane] == true
  end, group.panes)
end

--- Returns all groups that are still on the screen.
---@return antiphon.PaneGroup[]
function M.all()
  for _, group in ipairs(groups) do
    M.prune(group)
  end
  groups = vim.tbl_filter(function(group)
    return #group.pages > 0
  end, groups)
  return groups
end

--- Returns the group and the page that a tab page shows; a page of panes alone goes first.
---@param tab integer
---@return antiphon.PaneGroup|nil
---@return antiphon.GroupPage|nil
function M.of_tab(tab)
  for _, group in ipairs(M.all()) do
    for _, page in ipairs(group.pages) do
      if page.tab == tab then
        return group, page
      end
    end
  end
end

return M
