--- The panes that this Neovim knows, by id and by buffer.

local winbar = require('antiphon.panes.winbar')
local buffer_document = require('antiphon.panes.document')
local pane_buffer = require('antiphon.panes.buffer')
local reducer = require('antiphon.panes.document.reducer')

---@alias antiphon.PaneViewState
---| "idle"
---| "waiting"
---| "retrying"
---| "streaming"
---| "complete"
---| "truncated"
---| "filtered"
---| "cancelled"
---| "interrupted"
---| "failed"
---| "lost"
---| "healing"

---@class antiphon.PaneView
---@field id string|nil `nil` until its first answer starts.
---@field session_id string|nil
---@field uri string|nil
---@field model string
---@field title string
---@field type "chat"|"summary"|"merge"|nil `nil` until the server has said.
---@field buffer integer
---@field document antiphon.BufferDocument
---@field state antiphon.PaneViewState
---@field message_id string|nil Its last answer.
---@field last_id string|nil Its last message, of whichever role.
---@field meter antiphon.Meter|nil The figures of its last answer.
---@field start_cost antiphon.Cost|nil Nothing yet, or that its price is not known.
---@field note string|nil Shown instead of the state's word.
---@field about string|nil For a summary: how many of its sources were used.
---@field asked_at integer|nil When it started to wait for its first text, by Neovim's clock.
---@field waited_ms integer|nil
---@field text_at integer|nil
---@field silent_ms integer|nil
---@field read_at integer|nil When its text was last read again while it streamed.

---@class antiphon.Meter
---@field usage antiphon.Usage|nil
---@field cost antiphon.Cost|nil
---@field latency antiphon.Latency|nil

local M = {}

---@type table<string, antiphon.PaneView>
local by_id = {}
---@type table<integer, antiphon.PaneView>
local by_buffer = {}

--- Discards the text of a pane whose buffer the user has wiped.
local NOWHERE = {
  append = function() end,
  cut = function() end,
  replace = function() end,
  length = function()
    return 0
  end,
}

M.reducer = reducer.new(function(pane_id)
  return by_id[pane_id] and by_id[pane_id].document or NOWHERE
end)

---@param pane antiphon.PaneView
local function watch(pane)
  local group = vim.api.nvim_create_augroup('antiphon_pane_' .. pane.buffer, {})
  -- Another plugin may have put its own bar there.
  vim.api.nvim_create_autocmd({ 'BufWinEnter', 'BufEnter' }, {
    group = group,
    buffer = pane.buffer,
    callback = function()
      pane_buffer.set_options_of_windows(pane.buffer)
      winbar.show(pane)
    end,
  })
  vim.api.nvim_create_autocmd({ 'BufUnload', 'BufWipeout' }, {
    group = group,
    buffer = pane.buffer,
    callback = function()
      M.forget(pane)
    end,
  })
end

--- Redraws winbars after a resize: wider ones show more.
local function watch_sizes()
  vim.api.nvim_create_autocmd('WinResized', {
    group = vim.api.nvim_create_augroup('antiphon_sizes', {}),
    callback = function()
      for _, pane in pairs(by_buffer) do
        winbar.show(pane)
      end
    end,
  })
end

--- Creates a pane for a model that was asked.
---@param model string
---@param title string
---@return antiphon.PaneView
function M.new(model, title)
  return M.adopt({ model = model, title = title, state = 'waiting' }, pane_buffer.create())
end

---@param pane table the pane's own fields
---@param buffer integer a configured buffer
---@return antiphon.PaneView
function M.adopt(pane, buffer)
  pane.buffer, pane.document = buffer, buffer_document.new(buffer)
  by_buffer[buffer] = pane
  pane.document.on_foreign = function()
    if pane.id and by_id[pane.id] == pane then
      M.reducer:reopened(pane.id, pane.document)
    end
  end
  watch(pane)
  watch_sizes()
  return pane
end

--- Assigns the server's `info` to a pane and names its buffer.
---@param pane antiphon.PaneView
---@param info antiphon.Pane
function M.identify(pane, info)
  pane.model, pane.title, pane.type = info.model, info.title, info.type
  pane.id, pane.session_id, pane.uri = info.id, info.sessionId, info.uri
  by_id[info.id] = pane
  pane_buffer.name(pane.buffer, info.uri)
end

--- Returns the pane of the server's `info`, created with a hidden buffer if it is unknown.
---@param info antiphon.Pane
---@return antiphon.PaneView pane
---@return boolean is_new its text is not there yet
function M.find_or_create(info)
  local pane = by_id[info.id]
  if pane then
    M.identify(pane, info)
    return pane, false
  end
  pane =
    M.adopt({ model = info.model, title = info.title, state = 'healing' }, pane_buffer.create())
  M.identify(pane, info)
  M.reducer:reopened(info.id, pane.document)
  return pane, true
end

--- Panes whose buffers were closed, by id, while their answers went on.
---@type table<string, antiphon.PaneView>
local closed = {}

--- Returns the panes that still answer but have no buffer any more, oldest first.
---@return antiphon.PaneView[]
function M.closed()
  local list = vim.tbl_filter(function(pane)
    return M.is_answering(pane) and not by_id[pane.id]
  end, vim.tbl_values(closed))
  table.sort(list, function(a, b)
    return a.id < b.id
  end)
  return list
end

---@param pane antiphon.PaneView
function M.forget(pane)
  if pane.id and M.is_answering(pane) then
    closed[pane.id] = pane
    if vim.v.exiting == vim.NIL then
      local text = '%s goes on answering; `:Antiphon panes` brings it back'
      require('antiphon.ui.notify').info(text:format(pane.title))
    end
  end
  by_buffer[pane.buffer] = nil
  pcall(vim.api.nvim_del_augroup_by_name, 'antiphon_pane_' .. pane.buffer)
  if pane.id and by_id[pane.id] == pane then
    by_id[pane.id] = nil
    M.reducer:reopened(pane.id, NOWHERE)
  end
end

---@param pane_id string
---@return antiphon.PaneView|nil
function M.get(pane_id)
  return by_id[pane_id]
end

---@param buffer integer
---@return antiphon.PaneView|nil
function M.of_buffer(buffer)
  return by_buffer[buffer]
end

--- Returns the pane under the cursor.
---@return antiphon.PaneView|nil
function M.current()
  return by_buffer[vim.api.nvim_get_current_buf()]
end

---@param list antiphon.PaneView[]
---@return antiphon.PaneView[]
local function in_order(list)
  table.sort(list, function(a, b)
    return a.id < b.id
  end)
  return list
end

--- Returns every pane that has an id, oldest first.
---@return antiphon.PaneView[]
function M.all()
  return in_order(vim.tbl_values(by_id))
end

---@param session_id string
---@return antiphon.PaneView[]
function M.of_session(session_id)
  return vim.tbl_filter(function(pane)
    return pane.session_id == session_id
  end, M.all())
end

--- Returns the current session: of the pane under the cursor, else of this tab page.
---@return string|nil
function M.current_session()
  local pane = M.current()
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    pane = pane or by_buffer[vim.api.nvim_win_get_buf(window)]
  end
  return pane and pane.session_id
end

---@param pane antiphon.PaneView
---@return boolean
function M.is_answering(pane)
  return vim.list_contains({ 'waiting', 'retrying', 'streaming' }, pane.state)
end

return M
