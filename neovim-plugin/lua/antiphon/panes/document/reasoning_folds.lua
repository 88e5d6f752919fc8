--- Folds the reasoning of a model once its answer is complete.
---
--- The server says which lines it has. Only windows with manual folds are changed: other methods
--- are the user's choice.

local M = {}

local HEADING = '> **Thinking**'

---@param buffer integer
---@return boolean
local function has_reasoning(buffer)
  return vim.list_contains(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), HEADING)
end

---@param first integer
---@param last integer
local function fold(first, last)
  if vim.wo.foldmethod == 'manual' and vim.fn.foldlevel(first) == 0 then
    vim.cmd(('silent keepjumps %d,%dfold'):format(first, last))
  end
end

--- Folds all reasoning in the windows that show `buffer`.
---@param buffer integer
---@param running vim.lsp.Client
function M.fold(buffer, running)
  if not has_reasoning(buffer) then
    return
  end
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) } }
  running:request('textDocument/foldingRange', params, function(_, ranges)
    if not vim.api.nvim_buf_is_loaded(buffer) then
      return
    end
    local last_line = vim.api.nvim_buf_line_count(buffer)
    for _, range in ipairs(ranges or {}) do
      if range.kind == 'comment' and range.endLine < last_line then
        for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
          vim.api.nvim_win_call(window, function()
            fold(range.startLine + 1, range.endLine + 1)
          end)
        end
      end
    end
  end, buffer)
end

return M
