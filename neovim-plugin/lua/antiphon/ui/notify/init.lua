--- Shows messages to the user, so that none of them ever waits for a key.
---
--- Neovim's own `vim.notify` gets one line that fits; what is longer is shown in full in a corner.
--- A notifier of the user's gets the whole text.

local corner = require('antiphon.ui.notify.corner')

local M = {}

local PREFIX = 'Antiphon: '
local MOST_KEPT = 100
local WIDEST = 100
local GROUPS = { [vim.log.levels.WARN] = 'WarningMsg', [vim.log.levels.ERROR] = 'ErrorMsg' }

--- The messages so far, the newest last.
---@type string[]
local kept = {}

---@return boolean
local function has_own_notifier()
  local source = debug.getinfo(vim.notify, 'S').source
  -- The newest Neovim's own functions do not say where they are from.
  return source ~= '?' and not source:find('vim/_editor', 1, true)
end

---@param text string
---@param group? string
---@param is_kept boolean whether `:messages` lists it
local function echo(text, group, is_kept)
  local line = (text:gsub('%s*\n%s*', ' '))
  local room = math.max(0, vim.v.echospace)
  local is_cut = vim.fn.strdisplaywidth(line) > room or vim.o.cmdheight == 0
  -- Without this a second message at once would wait for a key.
  pcall(vim.cmd.redraw)
  if is_cut then
    line = vim.fn.strcharpart(line, 0, math.max(0, room - 1)) .. '…'
    while vim.fn.strdisplaywidth(line) > room do
      line = vim.fn.strcharpart(line, 0, vim.fn.strchars(line) - 2) .. '…'
    end
  end
  if vim.o.cmdheight > 0 then
    vim.api.nvim_echo({ { line, group } }, is_kept, {})
  end
  if is_cut and is_kept then
    corner.show(text, group)
  end
end

---@param text string
---@param level? integer
local function notify(text, level)
  text = text:find('^Antiphon') and text or PREFIX .. text
  kept[#kept + 1] = text
  if #kept > MOST_KEPT then
    table.remove(kept, 1)
  end
  if has_own_notifier() then
    return vim.notify(text, level or vim.log.levels.INFO, { title = 'Antiphon' })
  end
  echo(text, GROUPS[level], true)
end

--- Lists the messages so far in full, the newest first.
function M.open()
  local lines, width = {}, math.max(20, math.min(WIDEST, vim.o.columns - 8))
  for index = #kept, 1, -1 do
    for row, line in ipairs(corner.wrap(kept[index], width)) do
      lines[#lines + 1] = (row == 1 and ' ' or '   ') .. line
    end
  end
  require('antiphon.ui.float').open(
    { lines = #lines > 0 and lines or { ' nothing so far' }, marks = {} },
    { title = 'Messages', hint = 'q leave', filetype = 'antiphon-messages' }
  )
end

--- Shows what is only good to know, cut to one line, and keeps it nowhere.
---@param text string
---@param group? string
function M.hint(text, group)
  echo(PREFIX .. text, group, false)
end

---@param text string
function M.info(text)
  notify(text)
end

---@param text string
function M.warn(text)
  notify(text, vim.log.levels.WARN)
end

---@param text string
function M.error(text)
  notify(text, vim.log.levels.ERROR)
end

--- Shows the server's own messages.
---@param params lsp.ShowMessageParams
function M.show_message(params)
  local levels = vim.log.levels
  notify(params.message, ({ levels.ERROR, levels.WARN })[params.type])
end

--- Returns the server's message and hint of a failed request.
---@param problem lsp.ResponseError|{ message: string, data?: table }
---@return string
function M.describe(problem)
  local data = type(problem.data) == 'table' and problem.data or {}
  return vim.trim(('%s %s'):format(data.message or problem.message, data.hint or ''))
end

--- Returns what is wrong in a text that was sent, with its line, or else the server's message.
---@param problem lsp.ResponseError
---@return string
function M.describe_text_error(problem)
  local data = type(problem.data) == 'table' and problem.data or {}
  local first = type(data.problems) == 'table' and data.problems[1]
  if first and first.message then
    return ('line %d: %s'):format(first.line, first.message)
  end
  return M.describe(problem)
end

---@param problem lsp.ResponseError
function M.text_error(problem)
  M.error(M.describe_text_error(problem))
end

---@param problem lsp.ResponseError|{ message: string, data?: table }
function M.response_error(problem)
  M.error(M.describe(problem))
end

return M
