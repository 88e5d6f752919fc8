--- Chooses some of a session's panes: a `vim.ui.select` that comes back until it is told to go on.

local M = {}

---@param list antiphon.PaneView[]
---@param done fun(chosen: antiphon.PaneView[])
function M.open(list, done)
  local chosen = {}
  local function ask()
    local some = vim.tbl_filter(function(pane)
      return chosen[pane]
    end, list)
    local items = vim.list_extend(#some > 0 and { false } or {}, list)
    vim.ui.select(items, {
      prompt = 'Reply to which panes',
      format_item = function(pane)
        if not pane then
          return ('→ write to the %d chosen'):format(#some)
        end
        return (chosen[pane] and '[x] ' or '[ ] ') .. pane.title
      end,
    }, function(pane)
      if pane == false then
        done(some)
      elseif pane then
        chosen[pane] = not chosen[pane] or nil
        vim.schedule(ask)
      end
    end)
  end
  ask()
end

return M
