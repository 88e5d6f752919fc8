--- Attaches the language client to settled panes, for outline and folds.
---
--- It is not attached while a pane streams: Neovim would send every token back to the server.

local client = require('antiphon.server.client')

local M = {}

---@param buffer integer
function M.attach(buffer)
  local running = client.current()
  if running and running.initialized and vim.api.nvim_buf_is_loaded(buffer) then
    vim.lsp.buf_attach_client(buffer, running.id)
    require('antiphon.panes.document.reasoning_folds').fold(buffer, running)
  end
end

---@param buffer integer
function M.detach(buffer)
  for _, attached in ipairs(vim.lsp.get_clients({ bufnr = buffer, name = 'antiphon' })) do
    vim.lsp.buf_detach_client(buffer, attached.id)
  end
end

return M
