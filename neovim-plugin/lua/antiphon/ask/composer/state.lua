--- The composers of this Neovim: their windows, and what happens to their text.

local bar = require('antiphon.ask.composer.bar')
local drafts = require('antiphon.ask.composer.drafts')

local M = {}

---@class antiphon.Composer
---@field id string of its draft
---@field buffer integer
---@field models string[]|nil
---@field panes antiphon.PaneView[]|nil
---@field context antiphon.ContextItem[]
---@field params table<string, string|number>
---@field estimate string What sending is likely to cost, or why that is unknown.
---@field note string|nil Shown instead: why it was not sent, or what it waits for.
---@field is_sending boolean
---@field origin integer the window that it was opened from
---@field stop_waiting fun()|nil It is sent once the panes are idle.
---@field timer uv.uv_timer_t

---@type table<integer, antiphon.Composer>
M.all = {}

---@param composer antiphon.Composer
---@return boolean
function M.is_open(composer)
  return M.all[composer.buffer] == composer and vim.api.nvim_buf_is_loaded(composer.buffer)
end

--- Stores the draft, so that it outlives this Neovim.
---@param composer antiphon.Composer
function M.keep(composer)
  if not M.is_open(composer) then
    return
  end
  local text = table.concat(vim.api.nvim_buf_get_lines(composer.buffer, 0, -1, false), '\n')
  if vim.trim(text) == '' then
    return drafts.drop(composer.id)
  end
  drafts.keep({
    id = composer.id,
    key = drafts.key(composer.panes),
    process = vim.uv.os_getpid(),
    at = os.time(),
    text = text,
    models = composer.models,
    context = composer.context,
    params = next(composer.params) and composer.params or nil,
  })
end

--- Updates the bar and the estimate after a change, and keeps the draft.
---@param composer antiphon.Composer
function M.refresh(composer)
  bar.show(composer)
  bar.schedule_estimate(composer, function()
    M.keep(composer)
  end)
end

---@param composer antiphon.Composer
---@param note? string
function M.set_note(composer, note)
  composer.note = note
  bar.show(composer)
end

---@param composer antiphon.Composer
---@param height? integer
function M.show(composer, height)
  local window = vim.fn.win_findbuf(composer.buffer)[1]
  if window then
    return vim.api.nvim_set_current_win(window)
  end
  composer.origin = vim.api.nvim_get_current_win()
  height = height or math.max(5, math.min(12, math.floor(vim.o.lines / 3)))
  require('antiphon.layout.splits').open_beside(
    composer.buffer,
    { split = 'below', win = -1, height = height }
  )
  vim.wo[0][0].wrap, vim.wo[0][0].linebreak = true, true
  vim.wo[0][0].winfixheight = true
  bar.show(composer)
  require('antiphon.layout.grid').equalize()
end

--- Goes back to the window that the composer was opened from, and gives the panes there its place.
---@param composer antiphon.Composer
function M.go_back(composer)
  local origin = composer.origin
  local here = vim.api.nvim_get_current_tabpage()
  local is_here = vim.api.nvim_win_is_valid(origin) and vim.api.nvim_win_get_tabpage(origin) == here
  if is_here and vim.api.nvim_win_get_config(0).relative == '' then
    vim.api.nvim_set_current_win(origin)
  end
  require('antiphon.layout.grid').equalize()
end

--- Closes the composer of a prompt that was sent.
---@param composer antiphon.Composer
function M.close(composer)
  drafts.drop(composer.id)
  if M.is_open(composer) then
    vim.bo[composer.buffer].modified = false
    vim.api.nvim_buf_delete(composer.buffer, { force = true })
  end
end

--- Leaves the draft as it was: it was not sent.
---@param composer antiphon.Composer
---@param note? string
function M.keep_unsent(composer, note)
  composer.is_sending = false
  if M.is_open(composer) then
    vim.bo[composer.buffer].modified = true
    M.show(composer)
    M.set_note(composer, note)
  end
end

---@param composer antiphon.Composer
function M.stop_waiting(composer)
  if composer.stop_waiting then
    composer.stop_waiting()
    composer.stop_waiting = nil
  end
end

return M
