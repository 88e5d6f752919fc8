--- Saves and restores the views of panes while their windows change.

local autoscroll = require('antiphon.panes.document.autoscroll')
local groups = require('antiphon.layout.groups')

local M = {}

---@class antiphon.KeptView
---@field follows boolean The end was in sight and followed.
---@field view vim.fn.winsaveview.ret

---@alias antiphon.KeptViews table<antiphon.PaneView, antiphon.KeptView>

--- Reads the views of all windows of a group, and where the cursor is.
---@param group antiphon.PaneGroup
---@return antiphon.KeptViews
function M.keep(group)
  local kept = {}
  for _, page in ipairs(group.pages) do
    for window, pane in pairs(groups.windows(group, page)) do
      local last = vim.api.nvim_buf_line_count(pane.buffer)
      kept[pane] = {
        follows = vim.api.nvim_win_get_cursor(window)[1] >= last,
        view = vim.api.nvim_win_call(window, vim.fn.winsaveview),
      }
    end
  end
  return kept
end

--- Shows in each window of a group what was seen before; panes that are new there stay.
---@param group antiphon.PaneGroup
---@param kept antiphon.KeptViews
function M.restore(group, kept)
  for _, page in ipairs(group.pages) do
    for window, pane in pairs(groups.windows(group, page)) do
      local before = kept[pane]
      if before and before.follows then
        autoscroll.go_to_end(window)
      elseif before then
        vim.api.nvim_win_call(window, function()
          vim.fn.winrestview(before.view)
        end)
      end
    end
  end
end

return M
