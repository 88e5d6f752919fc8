--- Routes `$/progress` of this plugin's tokens to their runs, and all other progress to Neovim.

local without_null = require('antiphon.server.null')

local M = {}

---@type table<string, fun(events: antiphon.StreamEvent[])>
local listeners = {}
local minted = 0

--- Creates a unique token; its events go to `listener` until it is closed.
---@param listener fun(events: antiphon.StreamEvent[])
---@return string
function M.open(listener)
  minted = minted + 1
  local token = ('antiphon-nvim-%d-%d'):format(vim.uv.os_getpid(), minted)
  listeners[token] = listener
  return token
end

---@param token string
function M.close(token)
  listeners[token] = nil
end

--- Handles `$/progress`. Neovim's own handler would fire `LspProgress` for every frame.
---@param err lsp.ResponseError|nil
---@param params lsp.ProgressParams
---@param context lsp.HandlerContext
function M.on_progress(err, params, context)
  local token = params.token
  if type(token) == 'string' and vim.startswith(token, 'antiphon-nvim-') then
    local listener = listeners[token]
    if listener then
      listener(without_null(params.value).events)
    end
    return
  end
  return vim.lsp.handlers['$/progress'](err, params, context)
end

return M
