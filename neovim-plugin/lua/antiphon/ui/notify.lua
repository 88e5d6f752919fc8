--- Shows messages to the user; they are short, to fit on the command line.

local M = {}

---@param text string
---@param level? integer
local function notify(text, level)
  vim.notify(text, level or vim.log.levels.INFO, { title = 'Antiphon' })
end

---@param text string
function M.info(text)
  notify('Antiphon: ' .. text)
end

---@param text string
function M.warn(text)
  notify('Antiphon: ' .. text, vim.log.levels.WARN)
end

---@param text string
function M.error(text)
  notify(text:find('^Antiphon') and text or 'Antiphon: ' .. text, vim.log.levels.ERROR)
end

--- Shows the server's own messages.
---@param params lsp.ShowMessageParams
function M.show_message(params)
  local levels = vim.log.levels
  local text = params.message
  notify(
    text:find('^Antiphon') and text or 'Antiphon: ' .. text,
    ({ levels.ERROR, levels.WARN })[params.type]
  )
end

--- Returns the server's message and hint of a failed request.
---@param problem lsp.ResponseError|{ message: string, data?: table }
---@return string
function M.describe(problem)
  local data = type(problem.data) == 'table' and problem.data or {}
  return vim.trim(('%s %s'):format(data.message or problem.message, data.hint or ''))
end

---@param problem lsp.ResponseError|{ message: string, data?: table }
function M.response_error(problem)
  M.error(M.describe(problem))
end

return M
