--- Loads panes from the history: of an opened session, for a buffer that Neovim reads, or after the
--- server died.

local attach = require('antiphon.panes.attach')
local winbar = require('antiphon.panes.winbar')
local client = require('antiphon.server.client')
local turn_marks = require('antiphon.panes.turn_marks')
local pane_buffer = require('antiphon.panes.buffer')
local panes = require('antiphon.panes')
local notify = require('antiphon.ui.notify')
local uri = require('antiphon.server.uri')

local M = {}

--- A server answers well within this, even if it has to be started.
local TIMEOUT_MS = 3000

---@type fun()[]
local listeners = {}

--- Calls `listener` each time all panes were read again from a new server.
---@param listener fun()
function M.on_reloaded(listener)
  listeners[#listeners + 1] = listener
end

--- Reads a document again that the server announced as changed, once no answer of it is streaming.
---@param document string a URI
function M.on_refresh(document)
  local address = uri.parse(document)
  local pane = address and panes.get(address.pane)
  if pane then
    panes.reducer:refresh_announced(pane.id)
    if not panes.is_answering(pane) then
      M.pull(pane)
    end
  end
end

--- Reads a pane again that has new messages without a stream: something was sent to it.
---@param pane_id string
function M.on_change(pane_id)
  local pane = panes.get(pane_id)
  if not pane then
    return
  end
  panes.reducer:refresh_announced(pane.id)
  if not panes.is_answering(pane) then
    M.load_session(pane.session_id, function() end, pane.id)
  end
end

--- Shows the meters beside the headings. The outline has one entry a message, in order.
---@param pane antiphon.PaneView
---@param messages antiphon.Message[]
local function show_turns(pane, messages)
  local params = { textDocument = { uri = pane.uri } }
  client.request('textDocument/documentSymbol', params, function(problem, symbols)
    if problem or not symbols or panes.is_answering(pane) or #symbols ~= #messages then
      return
    end
    if not vim.api.nvim_buf_is_loaded(pane.buffer) then
      return
    end
    turn_marks.clear(pane.buffer, 0)
    local last = vim.api.nvim_buf_line_count(pane.buffer) - 1
    for index, message in ipairs(messages) do
      local row = symbols[index].range.start.line
      -- A message's range may start with the blank line above its heading.
      local text = vim.api.nvim_buf_get_lines(pane.buffer, row, row + 1, false)[1]
      row = text == '' and row + 1 or row
      local mark = row <= last and turn_marks.add(pane.buffer, row)
      if mark and message.role == 'assistant' and message.status ~= 'streaming' then
        local turn = vim.tbl_extend('force', { failure = message.error }, message)
        turn_marks.show_meter(pane.buffer, mark, turn)
      end
    end
  end)
end

---@param pane antiphon.PaneView
---@param messages antiphon.Message[]
local function apply_last_answer(pane, messages)
  pane.state, pane.note, pane.meter = 'idle', nil, nil
  pane.last_id = messages[#messages] and messages[#messages].id
  for _, message in ipairs(messages) do
    if message.role == 'assistant' then
      pane.message_id = message.id
      pane.state = message.status
      pane.meter = { usage = message.usage, cost = message.cost, latency = message.latency }
      pane.note = winbar.failure_word(message.error, message.status)
    end
  end
end

--- Reads the pane's text again.
---@param pane antiphon.PaneView
---@param done? fun(problem: table|nil)
function M.pull(pane, done)
  done = done or function() end
  client.content(pane.uri, function(problem, text)
    if problem then
      pane.state, pane.note = 'failed', notify.describe(problem)
    elseif panes.get(pane.id) == pane then
      panes.reducer:pulled(pane.id, text)
      if not panes.is_answering(pane) then
        pane_buffer.show_settled(pane.buffer)
        attach.attach(pane.buffer)
      end
    end
    winbar.show(pane)
    done(problem)
  end)
end

--- Fills panes from their session's messages, and calls back once all are filled.
---@param list antiphon.PaneView[]
---@param messages antiphon.Message[]
---@param done fun()
local function fill(list, messages, done)
  local left = #list
  for _, pane in ipairs(list) do
    local own = vim.tbl_filter(function(message)
      return message.paneId == pane.id and not message.superseded
    end, messages)
    M.pull(pane, function(problem)
      if not problem and not panes.reducer:is_answering(pane.id) then
        -- A pane must not be shown as complete before its text is there.
        apply_last_answer(pane, own)
        winbar.show(pane)
        show_turns(pane, own)
      end
      left = left - 1
      if left == 0 then
        done()
      end
    end)
  end
end

--- Loads the panes of a session into hidden buffers; `only` selects one of them.
---@param session_id string
---@param done fun(problem: table|nil, panes: antiphon.PaneView[]|nil)
---@param only? string a pane's id
function M.load_session(session_id, done, only)
  client.command('antiphon.session.open', { sessionId = session_id }, function(problem, result)
    if problem then
      return done(problem)
    end
    local list = {}
    for _, info in ipairs(result.session.panes) do
      if not only or info.id == only then
        list[#list + 1] = panes.find_or_create(info)
      end
    end
    if #list == 0 then
      return done({ message = 'There is no such pane.', data = nil })
    end
    fill(list, result.messages, function()
      done(nil, list)
    end)
  end)
end

--- Fills a buffer that has a pane's name: `:edit`, `:edit!`, a restored Vim session.
---@param buffer integer
---@param done? fun()
function M.load_buffer(buffer, done)
  local name = vim.api.nvim_buf_get_name(buffer)
  local address = uri.parse(name)
  if not address and require('antiphon.panes.virtual_documents').is_address(name) then
    return require('antiphon.panes.virtual_documents').fill(buffer, done)
  elseif not address then
    -- The text of a composer is not stored; it comes back as an empty buffer.
    if not vim.startswith(name, 'antiphon://compose/') then
      notify.warn(('%s is no pane'):format(name))
    end
    return
  end
  local known = panes.get(address.pane)
  if known and known.buffer ~= buffer then
    M.show_instead(buffer, known.buffer)
    return done and done()
  elseif known then
    panes.forget(known)
  end
  pane_buffer.configure(buffer)
  pane_buffer.show_streaming(buffer)
  local pane = panes.adopt({ model = '', title = address.slug, state = 'healing' }, buffer)
  panes.identify(pane, {
    id = address.pane,
    sessionId = address.session,
    model = '',
    title = address.slug,
    uri = name,
  })
  panes.reducer:reopened(pane.id, pane.document)
  winbar.show(pane)
  M.load_session(address.session, function(problem)
    if problem then
      pane.state, pane.note = 'failed', notify.describe(problem)
      winbar.show(pane)
    end
    if done then
      done()
    end
  end, address.pane)
end

--- Fills a buffer and waits for it: a jump needs the text to be there.
---@param buffer integer
function M.load_and_wait(buffer)
  local is_read = false
  M.load_buffer(buffer, function()
    is_read = true
  end)
  local address = vim.api.nvim_buf_get_name(buffer)
  if uri.parse(address) or require('antiphon.panes.virtual_documents').is_address(address) then
    vim.wait(TIMEOUT_MS, function()
      return is_read or not vim.api.nvim_buf_is_valid(buffer)
    end, 5)
  end
end

--- Shows the existing buffer of a pane in place of one with another spelling of its URI
--- (`antiphon:///…`).
---@param buffer integer
---@param known integer
function M.show_instead(buffer, known)
  vim.schedule(function()
    for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
      vim.api.nvim_win_set_buf(window, known)
    end
    pcall(vim.api.nvim_buf_delete, buffer, { force = true })
  end)
end

--- Fills the panes of a restored Vim session: they come back as named, empty buffers.
function M.after_session_load()
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local name = vim.api.nvim_buf_get_name(buffer)
    local is_ours = uri.parse(name) or require('antiphon.panes.virtual_documents').is_address(name)
    if vim.api.nvim_buf_is_loaded(buffer) and is_ours and not panes.of_buffer(buffer) then
      M.load_buffer(buffer)
    end
  end
end

---@param session_id string
local function mark_session_lost(session_id)
  for _, pane in ipairs(panes.of_session(session_id)) do
    pane.state = 'lost'
    winbar.show(pane)
  end
end

--- Marks the panes as lost that no server will fill.
function M.mark_lost()
  for _, pane in ipairs(panes.all()) do
    if pane.state == 'healing' then
      pane.state = 'lost'
      winbar.show(pane)
    end
  end
end

--- Reads every pane again from the history, after the server was replaced.
---@param done fun()
function M.reload_all(done)
  local sessions, left = {}, 0
  for _, pane in ipairs(panes.all()) do
    pane.state, pane.note = 'healing', nil
    winbar.show(pane)
    sessions[pane.session_id] = true
  end
  for session_id in pairs(sessions) do
    left = left + 1
    M.load_session(session_id, function(problem)
      if problem then
        notify.response_error(problem)
        mark_session_lost(session_id)
      end
      left = left - 1
      if left == 0 then
        for _, listener in ipairs(listeners) do
          listener()
        end
        done()
      end
    end)
  end
end

return M
