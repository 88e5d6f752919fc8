--- One run: a request that streams, its panes, and their answers.

local client = require('antiphon.server.client')
local handlers = require('antiphon.ask.events')
local autocmds = require('antiphon.server.autocmds')
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
---@field private turns table<string, integer> The extmark of each answer's heading, by message id.
---@field private started boolean
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

---@class antiphon.RunHooks
---@field on_start? fun() Called when the first answer starts.
---@field on_failure? fun(problem: table) Called if the request is refused.
---@field on_declined? fun() Called if the user decides not to send it.
---@field on_result? fun(result: table)
---@field on_step? fun(step: antiphon.StepResult, run_id: string) Called as steps begin and end.
---@field make_pane? fun(info: antiphon.Pane): antiphon.PaneView Opens one that nobody waits for.

--- Stands for the model of a pane if the server chooses it.
M.ANY_MODEL = '*'

---@param pane antiphon.PaneView
local function wait_for(pane)
  M.show_end(pane)
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
  local run = setmetatable({ panes = waiting, turns = {}, started = false }, Run)
  run.on_start = hooks.on_start or function() end
  run.on_failure = hooks.on_failure or require('antiphon.ui.notify').response_error
  run.on_result = hooks.on_result or function() end
  run.on_step = hooks.on_step or function() end
  run.make_pane = hooks.make_pane or function() end
  run.token = progress.open(function(batch)
    run:handle_batch(batch)
  end)
  open_runs[run.token] = run
  vim.iter(waiting):each(wait_for)
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

--- Shows the end of a pane that was asked: what comes is there.
---@param pane antiphon.PaneView
function M.show_end(pane)
  for _, window in ipairs(vim.fn.win_findbuf(pane.buffer)) do
    require('antiphon.panes.document.autoscroll').go_to_end(window)
  end
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

---@private
---@param pane antiphon.PaneView
---@param state antiphon.PaneViewState
function Run:settle_pane(pane, state)
  pane.state = state
  frame_timer.stop(pane)
  if not vim.api.nvim_buf_is_loaded(pane.buffer) then
    return
  end
  pane_buffer.show_settled(pane.buffer)
end

---@private
---@param batch (antiphon.StreamEvent|antiphon.StepEvent)[]
function Run:handle_batch(batch)
  for _, event in ipairs(batch) do
    local pane = panes.get(event.paneId)
    if event.type == 'step' then
      self.on_step(event.step, event.runId)
    elseif event.type == 'start' then
      self:start_pane(event)
      listeners.emit(event)
    elseif panes.reducer:apply(event) then
      if pane and handlers[event.type] then
        handlers[event.type](pane, event, self)
      end
      listeners.emit(event)
    end
  end
  frame_timer.request_write()
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
    panes.reducer:apply(event)
    return
  end
  if not panes.is_answering(pane) then
    -- A step of a pipeline asks in a pane that nobody was waiting for.
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
  if panes.reducer:apply(event) then
    pane.document:flush()
    self:mark_turns(pane, event, before)
  end
  pane.message_id = event.messageId
  autocmds.emit('AntiphonPaneStart', self:event_data(pane))
  if not self.started then
    self.started = true
    self.on_start()
  end
end

--- Marks the headings of the appended blocks. A block is a heading, a blank line and the content,
--- and blocks are separated by a blank line, so the first heading and the answer's own are at known
--- rows.
---@private
---@param pane antiphon.PaneView
---@param event antiphon.StartEvent
---@param before integer
function Run:mark_turns(pane, event, before)
  local heading = math.max(0, vim.api.nvim_buf_line_count(pane.buffer) - 3)
  local first = before + (vim.startswith(event.append, '\n') and 1 or 0)
  if not event.cutFrom and first < heading then
    turn_marks.add(pane.buffer, first)
  end
  self.turns[event.messageId] = turn_marks.add(pane.buffer, heading)
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
