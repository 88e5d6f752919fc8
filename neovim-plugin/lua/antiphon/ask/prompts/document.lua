--- Attaches the server to prompt files and pipelines while they are written.

local client = require('antiphon.server.client')

local M = {}

--- Shows the lens above a prompt file, and again after each change.
---@param buffer integer
local function show_lens(buffer)
  if vim.lsp.codelens.enable then
    return vim.lsp.codelens.enable(true, { bufnr = buffer })
  end
  local function refresh()
    if #vim.lsp.get_clients({ bufnr = buffer, name = 'antiphon' }) > 0 then
      vim.lsp.codelens.refresh({ bufnr = buffer })
    end
  end
  vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'LspAttach', 'TextChanged' }, {
    group = vim.api.nvim_create_augroup('antiphon_lens_' .. buffer, {}),
    buffer = buffer,
    callback = refresh,
  })
  refresh()
end

--- Returns whether the user has enabled the server for all files of its types.
---@return boolean
local function is_enabled()
  if vim.lsp.is_enabled then
    return vim.lsp.is_enabled('antiphon')
  end
  return (vim.lsp._enabled_configs or {}).antiphon ~= nil
end

--- Attaches the server, which is started if it is found. The user's own client is enough.
---@param buffer integer
function M.attach(buffer)
  local has_lens = vim.bo[buffer].filetype == 'antiphon' and vim.bo[buffer].buftype == ''
  if is_enabled() then
    return has_lens and show_lens(buffer)
  elseif not client.current() and not require('antiphon.server.locate').find() then
    return
  end
  client.ready(function(running)
    if not running or not vim.api.nvim_buf_is_loaded(buffer) then
      return
    end
    vim.lsp.buf_attach_client(buffer, running.id)
    if has_lens then
      show_lens(buffer)
    end
  end)
end

--- Returns a buffer as the server is given it: its text, and what its paths are relative to.
---@param buffer integer
---@return { text: string, uri: string }
function M.source(buffer)
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  -- A composer is not a file: its paths are relative to the current folder.
  local is_file = vim.bo[buffer].buftype == ''
  local here = vim.fs.joinpath(vim.fn.getcwd(), 'composer.antiphon.md')
  return {
    text = table.concat(lines, '\n') .. '\n',
    uri = is_file and vim.uri_from_bufnr(buffer) or vim.uri_from_fname(here),
  }
end

return M
