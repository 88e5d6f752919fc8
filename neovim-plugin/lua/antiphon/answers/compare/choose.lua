--- Chooses the answers to compare: those named, else both of two panes, else those that the user
--- picks.

local compare = require('antiphon.answers.compare')
local panes = require('antiphon.panes')
local pick = require('antiphon.panes.pick')

local M = {}

---@param list antiphon.PaneView[]
---@param pane antiphon.PaneView|nil
---@return antiphon.PaneView[] the same with that pane first
local function move_to_front(list, pane)
  if not pane then
    return list
  end
  return vim.list_extend(
    { pane },
    vim.tbl_filter(function(each)
      return each ~= pane
    end, list)
  )
end

--- Opens a comparison, or closes the one in this tab page.
---@param words string[] titles of panes, or `all`
---@param files string[]
function M.toggle(words, files)
  local here = compare.current()
  if here then
    return compare.close(here)
  end
  local list = pick.session_panes()
  if not list then
    return
  end
  local current = panes.current()
  list = move_to_front(list, current)
  if #words == 1 and words[1] ~= 'all' and current then
    words = { current.title, words[1] }
  elseif #words == 0 and #files > 0 then
    return compare.open({ current or list[1] }, files)
  elseif #words == 0 and #list == 2 then
    words = { 'all' }
  end
  local least = #files == 0 and 2 or 1
  local question = { title = 'Compare', done = 'compare', chosen = { current }, least = least }
  pick.resolve(words, list, question, function(chosen)
    compare.open(
      #words > 1 and chosen
        or move_to_front(chosen, vim.list_contains(chosen, current) and current or nil),
      files
    )
  end)
end

return M
