--- Actions on what is selected or marked.

local M = {}

--- Runs a subcommand on the selection. Its marks are set only after Visual mode has ended.
---@param subcommand string
function M.with_selection(subcommand)
  vim.api.nvim_feedkeys(vim.keycode((':Antiphon %s<CR>'):format(subcommand)), 'nx', false)
end

function M.take()
  require('antiphon').take()
end

function M.take_selected()
  M.with_selection('take')
end

return M
