--- Offers code actions on marked passages through a language server inside Neovim. The real server
--- knows neither which passages are marked here nor what a composer is.

local M = {}

local NAME = 'antiphon-passages'
local COMMAND = 'antiphon.takePassage'
local TITLE = 'Take this passage…'

---@param params lsp.CodeActionParams
---@return lsp.CodeAction[]
local function actions(params)
  local buffer, at = vim.uri_to_bufnr(params.textDocument.uri), params.range.start
  local line = vim.api.nvim_buf_get_lines(buffer, at.line, at.line + 1, false)[1] or ''
  local column = vim.str_byteindex(line, 'utf-16', at.character, false)
  if not require('antiphon.answers.passage').find_at(buffer, at.line, column) then
    return {}
  end
  local place = { buffer, at.line, column }
  local command = { title = TITLE, command = COMMAND, arguments = place }
  return { { title = TITLE, kind = 'refactor.rewrite', command = command } }
end

---@type table<string, fun(params: any): any>
local handlers = {
  initialize = function()
    return { capabilities = { codeActionProvider = { codeActionKinds = { 'refactor' } } } }
  end,
  ['textDocument/codeAction'] = actions,
}

---@param dispatchers vim.lsp.rpc.Dispatchers
---@return vim.lsp.rpc.PublicClient
local function serve(dispatchers)
  local requests, is_closing = 0, false
  local function close()
    if not is_closing then
      is_closing = true
      dispatchers.on_exit(0, 0)
    end
  end
  return {
    request = function(method, params, answer)
      requests = requests + 1
      answer(nil, handlers[method] and handlers[method](params))
      return true, requests
    end,
    notify = function(method)
      if method == 'exit' then
        close()
      end
      return true
    end,
    is_closing = function()
      return is_closing
    end,
    terminate = close,
  }
end

--- Offers the action in a buffer.
---@param buffer integer
function M.attach(buffer)
  vim.lsp.start({
    name = NAME,
    cmd = serve,
    commands = {
      [COMMAND] = function(command)
        local passage = require('antiphon.answers.passage').find_at(unpack(command.arguments))
        if passage then
          require('antiphon.answers.insert').choose_target(passage)
        end
      end,
    },
  }, { bufnr = buffer })
end

---@param buffer integer
function M.detach(buffer)
  for _, client in ipairs(vim.lsp.get_clients({ bufnr = buffer, name = NAME })) do
    vim.lsp.buf_detach_client(buffer, client.id)
  end
end

return M
