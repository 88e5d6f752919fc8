--- One run: a request that streams, its panes, and their answers.

local client = require('antiphon.server.client')
local handlers = require('antiphon.ask.events')
local autocmds = require('antiphon.server.autocmds')
local autoscroll = require('antiphon.panes.document.autoscroll')
local listeners = require('antiphon.panes.listeners')
local turn_marks = require('antiphon.panes.turn_marks')
local pane_buffer = require('antiphon.panes.buffer')
local panes = require('antiphon.panes')
local progress = require('antiphon.server.progress')
local frame_timer = require('antiphon.panes.frame_timer')
local winbar = require('antiphon.panes.winbar')

---@class antiphon.Run
---@field token string
---@field panes antiphon.PaneView[] Those that will answer.
---@field started boolean One of its answers has begun.
---@field is_followed boolean Somebody else's: its events come with those of their session.
---@field private on_start fun()
---@field private on_failure fun(problem: table)
---@field private on_result fun(result: table)
---@field private on_step fun(step: antiphon.StepResult, run_id: string)
---@field private make_pane fun(info: antiphon.Pane): antiphon.PaneView|nil
local Run = {}
Run.__index = Run

local M = {}

---@type table<string, antiphon.Run>
local open_runs = {}
--- The answers that this Neovim has asked for, by message id.
---@type table<string, true>
local own = {}

---@class antiphon.RunHooks
---@field on_start? fun() Called when the first answer starts.
---@field on_failure? fun(problem: table) Called if the request is refused.
---@field on_declined? fun() Called if the user decides not to send it.
---@field on_result? fun(result: table)
---@field on_step? fun(step: antiphon.StepResult, run_id: string) Called as steps begin and end.
---@field make_pane? fun(info: antiphon.Pane): antiphon.PaneView Opens one that nobody waits for.

--- The model of a pane if the server chooses it.
M.ANY_MODEL = '*'

---@param pane antiphon.PaneView
local function wait_for(pane)
  pane.state, pane.meter, pane.note = 'waiting', nil, nil
  pane.asked_at, pane.waited_ms, pane.silent_ms = vim.uv.now(), nil, nil
  frame_timer.start(pane)
end

--- Sends a command whose answers stream into panes.
---@param name string a streaming command: `antiphon.broadcast`, `antiphon.summarize` …
---@param argument table
---@param waiting antiphon.PaneView[]
---@param hooks antiphon.RunHooks
---@return antiphon.Run
function M.start(name, argument, waiting, hooks)
  local run = setmetatable({ panes = waiting, started = false, is_followed = false }, Run)
  run.on_start = hooks.on_start or function() end
  run.on_failure = hooks.on_failure or require('antiphon.ui.notify').response_error
  run.on_result = hooks.on_result or function() end
  run.on_step = hooks.on_step or function() end
  run.make_pane = hooks.make_pane or function() end
  run.token = progress.open(function(batch)
    run:handle_batch(batch)
  end)
  open_runs[run.token] = run
  for _, pane in ipairs(waiting) do
    autoscroll.show_end(pane.buffer)
    wait_for(pane)
  end
  autocmds.emit('AntiphonStart', { models = argument.models, sessionId = argument.sessionId })
  argument.streamToken = run.token
  argument.workDoneToken = (run.token:gsub('nvim', 'work', 1))
  local function send()
    client.command(name, argument, function(problem, result)
      require('antiphon.ask.over_budget').confirm(problem, argument, send, function()
        run:finish(problem, result)
      end)
    end)
  end
  send()
  return run
end

--- Returns what shows the runs of others in a session: it is given their events.
---@param make_pane fun(info: antiphon.Pane): antiphon.PaneView|nil
---@return antiphon.Run
function M.of_others(make_pane)
  local run = { panes = {}, started = true, is_followed = true, make_pane = make_pane }
  return setmetatable(run, Run)
end

---@param message_id string
---@return boolean
function M.is_own(message_id)
  return own[message_id] == true
end

--- Returns the runs that are still open.
---@return antiphon.Run[]
function M.open_runs()
  return vim.tbl_values(open_runs)
end

--- Ends all runs: the server has died.
function M.abandon_all()
  for _, run in pairs(open_runs) do
    run:close()
    for _, pane in ipairs(run.panes) do
      if panes.is_answering(pane) then
        run:settle_pane(pane, 'lost')
        if pane.id then
          panes.reducer:abandoned(pane.id)
        end
      end
    end
  end
end

---@private
function Run:close()
  progress.close(self.token)
  open_runs[self.token] = nil
end

---@param pane antiphon.PaneView
---@param state antiphon.PaneViewState
function Run:settle_pane(pane, state)
  pane.state = state
  frame_timer.stop(pane)
  if vim.api.nvim_buf_is_loaded(pane.buffer) then
    pane_buffer.show_settled(pane.buffer)
  end
end

---@private
---@param batch (antiphon.StreamEvent|antiphon.StepEvent)[]
function Run:handle_batch(batch)
  for _, event in ipairs(batch) do
    self:handle(event)
  end
  frame_timer.request_write()
end

--- Applies an event to its pane's document.
---@private
---@param event antiphon.StreamEvent
---@return boolean fresh
---@return boolean is_whole
function Run:apply(event)
  if self.is_followed then
    return true, panes.reducer:follow(event)
  end
  own[event.messageId] = true
  return panes.reducer:apply(event), true
end

---@param event antiphon.StreamEvent|antiphon.StepEvent
function Run:handle(event)
  local pane = panes.get(event.paneId)
  if event.type == 'step' then
    self.on_step(event.step, event.runId)
  elseif event.type == 'start' then
    self:start_pane(event)
    listeners.emit(event)
  elseif self:apply(event) then
    if pane and handlers[event.type] then
      handlers[event.type](pane, event, self)
    end
    listeners.emit(event)
  end
end

--- Shows an answer that runs already.
---@param pane antiphon.PaneView
---@param message antiphon.Message
function Run:join(pane, message)
  self.panes[#self.panes + 1] = pane
  wait_for(pane)
  pane.state, pane.text_at = 'streaming', vim.uv.now()
  pane.message_id, pane.last_id = message.id, message.id
  panes.reducer:joined(pane.id, message.id, message.content)
  require('antiphon.panes.attach').detach(pane.buffer)
  pane_buffer.show_streaming(pane.buffer)
  winbar.show(pane)
end

--- Returns the pane of an answer: a known one, or one that waits for its model, best by this title.
---@private
---@param event antiphon.StartEvent
---@return antiphon.PaneView|nil
function Run:find_pane(event)
  local known = panes.get(event.paneId)
  if known then
    return known
  end
  local found
  for _, pane in ipairs(self.panes) do
    if not pane.id and (pane.model == event.model or pane.model == M.ANY_MODEL) then
      if pane.title == event.pane.title then
        return pane
      end
      found = found or pane
    end
  end
  return found
end

---@private
---@param event antiphon.StartEvent
function Run:start_pane(event)
  local pane = self:find_pane(event) or self.make_pane(event.pane)
  if not pane or not vim.api.nvim_buf_is_loaded(pane.buffer) then
    self:apply(event)
    return
  end
  if not panes.is_answering(pane) then
    -- A step of a pipeline, or somebody else, asks in a pane that nobody was waiting for.
    wait_for(pane)
  end
  if not vim.list_contains(self.panes, pane) then
    self.panes[#self.panes + 1] = pane
  end
  panes.identify(pane, event.pane)
  winbar.show(pane)
  vim.cmd.redrawtabline()
  pane.start_cost = event.cost
  require('antiphon.panes.attach').detach(pane.buffer)
  pane_buffer.show_streaming(pane.buffer)
  pane.document:flush()
  local before = vim.api.nvim_buf_line_count(pane.buffer) - 1
  if event.cutFrom then
    turn_marks.clear(pane.buffer, event.cutFrom.line)
  end
  local fresh, is_whole = self:apply(event)
  if fresh and is_whole then
    pane.document:flush()
    turn_marks.add_start(pane.buffer, event, before)
  end
  pane.message_id, pane.last_id = event.messageId, event.messageId
  autocmds.emit('AntiphonPaneStart', self:event_data(pane))
  if not self.started then
    self.started = true
    self.on_start()
  end
end

---@private
---@param pane antiphon.PaneView
---@return table
function Run:event_data(pane)
  return {
    paneId = pane.id,
    sessionId = pane.session_id,
    messageId = pane.message_id,
    buffer = pane.buffer,
  }
end

--- Reads a pane again whose final event did not arrive: the history has its text.
---@private
---@param pane antiphon.PaneView
function Run:reread(pane)
  if pane.id and panes.get(pane.id) == pane and self.started then
    panes.reducer:abandoned(pane.id)
    require('antiphon.panes.restore').load_session(pane.session_id, function() end, pane.id)
  end
end

---@private
---@param problem lsp.ResponseError|nil
---@param result antiphon.RunResult|nil
function Run:finish(problem, result)
  if not open_runs[self.token] then
    return
  end
  self:close()
  for _, pane in ipairs(self.panes) do
    if panes.is_answering(pane) then
      self:settle_pane(pane, 'idle')
      self:reread(pane)
    end
  end
  if problem then
    self.on_failure(problem)
  elseif result then
    self.on_result(result)
  end
  autocmds.emit('AntiphonDone', {
    sessionId = result and result.sessionId,
    runId = result and result.runId,
    status = result and result.status or 'failed',
  })
end

return M
