--- Waits until the panes of a reply have answered.

local panes = require('antiphon.panes')

local M = {}

---@param list antiphon.PaneView[]
---@return antiphon.PaneView[]
local function busy(list)
  return vim.tbl_filter(function(pane)
    return panes.is_answering(pane) or not pane.id
  end, list)
end

---@param list antiphon.PaneView[]
---@return boolean
function M.is_busy(list)
  return #busy(list) > 0
end

--- Returns the titles of those that still answer.
---@param list antiphon.PaneView[]
---@return string
function M.titles(list)
  return table.concat(
    vim.tbl_map(function(pane)
      return pane.title
    end, busy(list)),
    ', '
  )
end

--- Calls `done` once, when all have answered or the server was lost.
---@param list antiphon.PaneView[]
---@param done fun(is_lost: boolean)
---@return fun() stop
function M.wait(list, done)
  local watch
  local function stop()
    pcall(vim.api.nvim_del_autocmd, watch)
  end
  watch = vim.api.nvim_create_autocmd('User', {
    pattern = { 'AntiphonPaneDone', 'AntiphonDone', 'AntiphonRestart' },
    callback = function(event)
      if event.match ~= 'AntiphonRestart' and M.is_busy(list) then
        return
      end
      stop()
      -- The event is fired before the pane has settled completely.
      vim.schedule(function()
        done(event.match == 'AntiphonRestart')
      end)
    end,
  })
  return stop
end

return M
