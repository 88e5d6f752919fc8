--- Updates the states, figures and notes of panes by the events of their answers.

local autocmds = require('antiphon.server.autocmds')
local panes = require('antiphon.panes')
local turn_marks = require('antiphon.panes.turn_marks')
local winbar = require('antiphon.panes.winbar')

local READ_AGAIN_MS = 1000

--- A handler for each type of event.
---@type table<string, fun(pane: antiphon.PaneView, event: any, run: antiphon.Run)>
local handlers = {}

--- Reads a pane again, now and then, whose text is not what was streamed: something was lost, or
--- somebody else has changed it.
---@param pane antiphon.PaneView
local function read_again(pane)
  local now = vim.uv.now()
  if panes.reducer:needs_refresh(pane.id) and now - (pane.read_at or 0) > READ_AGAIN_MS then
    pane.read_at = now
    require('antiphon.panes.restore').pull(pane)
  end
end

---@param pane antiphon.PaneView
function handlers.token(pane)
  pane.text_at, pane.silent_ms = vim.uv.now(), nil
  read_again(pane)
  if pane.state ~= 'streaming' then
    pane.state, pane.note = 'streaming', nil
    winbar.show(pane)
  end
end

handlers.reasoning = handlers.token

---@param pane antiphon.PaneView
---@param event antiphon.MeterEvent
function handlers.meter(pane, event)
  pane.meter = { usage = event.usage, cost = event.cost, latency = event.latency }
end

---@param pane antiphon.PaneView
---@param event antiphon.RetryEvent
function handlers.retry(pane, event)
  pane.state = 'retrying'
  local why = winbar.failure_word(event.failure, 'failed')
  pane.note = ('%s, again in %s'):format(why, require('antiphon.ui.format').duration(event.delayMs))
  winbar.show(pane)
end

---@param pane antiphon.PaneView
---@param event antiphon.WaitEvent
function handlers.wait(pane, event)
  local is_over = event.running == 0
  pane.note = not is_over and require('antiphon.ui.format').queue(event.running, event.ahead) or nil
  winbar.show(pane)
end

---@param pane antiphon.PaneView
---@param event antiphon.FinalEvent|antiphon.ErrorEvent
---@param run antiphon.Run
function handlers.final(pane, event, run)
  local status = event.status or 'failed'
  if event.usage then
    pane.meter = { usage = event.usage, cost = event.cost, latency = event.latency }
  end
  pane.note = winbar.failure_word(event.failure, status)
  run:settle_pane(pane, status)
  local turn = turn_marks.take(event.messageId)
  if not turn and run.is_followed then
    -- It was joined in the middle: where its heading is was not seen.
    panes.reducer:refresh_announced(pane.id)
  elseif turn then
    turn_marks.show_meter(pane.buffer, turn, {
      status = status,
      usage = event.usage,
      cost = event.cost,
      latency = event.latency,
      failure = event.failure,
    })
  end
  autocmds.emit(
    'AntiphonPaneDone',
    vim.tbl_extend('error', run:event_data(pane), { status = status })
  )
  pane.document:check()
  if panes.reducer:needs_refresh(pane.id) then
    require('antiphon.panes.restore').on_change(pane.id)
  else
    require('antiphon.panes.attach').attach(pane.buffer)
  end
end

handlers.error = handlers.final

return handlers
