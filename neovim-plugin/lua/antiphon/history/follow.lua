--- Follows the sessions that are shown: what another client does in them appears as it happens.
---
--- While only this Neovim asks in a session, it is not followed: its own runs stream already.

local client = require('antiphon.server.client')
local grid = require('antiphon.layout.grid')
local panes = require('antiphon.panes')
local progress = require('antiphon.server.progress')
local restore = require('antiphon.panes.restore')
local run = require('antiphon.ask.run')

local M = {}

---@class antiphon.Follow
---@field session_id string
---@field token string
---@field run antiphon.Run
---@field known table<string, true>|nil The panes that the session had when it was first seen.
---@field request_id integer|nil
---@field is_stopped boolean

---@type table<string, antiphon.Follow>
local follows = {}
--- Sessions that the server would not let this Neovim follow.
---@type table<string, true>
local refused = {}
--- Sessions in which others are at work while this Neovim asks, too.
---@type table<string, true>
local busy = {}

--- Returns the run of this Neovim that answers in a session.
---@param session_id string
---@return antiphon.Run|nil
local function own_run(session_id)
  return vim.iter(run.open_runs()):find(function(each)
    return vim.iter(each.panes):any(function(pane)
      return pane.session_id == session_id
    end)
  end)
end

--- Returns whether a run of this Neovim asks in a pane at the moment.
---@param pane antiphon.PaneView
---@return boolean
local function is_ours(pane)
  return panes.is_answering(pane)
    and vim.iter(run.open_runs()):any(function(each)
      return vim.list_contains(each.panes, pane)
    end)
end

---@return table<string, true> sessions
local function wanted()
  local found = {}
  for _, pane in ipairs(client.current() and panes.all() or {}) do
    local id = pane.session_id
    if id and not found[id] and not refused[id] and #vim.fn.win_findbuf(pane.buffer) > 0 then
      found[id] = (busy[id] or not own_run(id)) and true or nil
    end
  end
  return found
end

--- Opens a pane that somebody else has added to a session, beside the others.
---@param follow antiphon.Follow
---@param info antiphon.Pane
---@return antiphon.PaneView|nil
local function open_pane(follow, info)
  local shown = panes.of_session(follow.session_id)[1]
  if not follow.known or follow.known[info.id] or not shown then
    return nil
  end
  follow.known[info.id] = true
  local window = vim.api.nvim_get_current_win()
  local pane = panes.find_or_create(info)
  if grid.focus(shown) then
    grid.open_below({ pane })
  end
  if vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_set_current_win(window)
  end
  return pane
end

---@param pane antiphon.PaneView
---@param messages antiphon.Message[]
---@return antiphon.Message|nil
local function last_of(pane, messages)
  local last
  for _, message in ipairs(messages) do
    if message.paneId == pane.id then
      last = message
    end
  end
  return last
end

--- Reads a pane again, unless what it shows is what there is.
---@param follow antiphon.Follow
---@param pane antiphon.PaneView
---@param last antiphon.Message|nil
---@param is_first boolean
local function catch_up(follow, pane, last, is_first)
  if not last or is_ours(pane) then
    return
  elseif last.status == 'streaming' then
    follow.run:join(pane, last)
    return restore.pull(pane)
  end
  local is_shown = pane.last_id == last.id and not panes.is_answering(pane)
  if not is_first or not is_shown then
    panes.reducer:abandoned(pane.id)
    follow.run:settle_pane(pane, 'idle')
    restore.load_session(pane.session_id, function() end, pane.id)
  end
end

---@param follow antiphon.Follow
---@param event antiphon.SnapshotEvent
local function on_snapshot(follow, event)
  local is_first = follow.known == nil
  for _, info in ipairs(event.session.panes) do
    local pane = panes.get(info.id) or open_pane(follow, info)
    if pane then
      catch_up(follow, pane, last_of(pane, event.messages), is_first)
    end
  end
  follow.known = follow.known or {}
  for _, info in ipairs(event.session.panes) do
    follow.known[info.id] = true
  end
end

---@param follow antiphon.Follow
---@param event antiphon.ChangedEvent
local function on_changed(follow, event)
  if event.what == 'session' then
    local change = { type = 'session', id = follow.session_id }
    require('antiphon.server.autocmds').emit('AntiphonChange', { changes = { change } })
    return
  end
  if event.pane and not panes.get(event.paneId) then
    open_pane(follow, event.pane)
  end
  restore.on_change(event.paneId)
end

---@param follow antiphon.Follow
---@param event antiphon.FollowEvent
local function on_event(follow, event)
  if event.type == 'snapshot' then
    on_snapshot(follow, event)
  elseif event.type == 'changed' then
    on_changed(follow, event)
  elseif not run.is_own(event.messageId) then
    busy[follow.session_id] = true
    follow.run:handle(event)
  end
end

---@param follow antiphon.Follow
local function stop(follow)
  follow.is_stopped = true
  follows[follow.session_id] = nil
  progress.close(follow.token)
  local running = client.current()
  if running and follow.request_id then
    running:cancel_request(follow.request_id)
  end
  for _, pane in ipairs(follow.run.panes) do
    if panes.is_answering(pane) and not is_ours(pane) then
      -- The rest of its answer is read when it is shown again.
      panes.reducer:abandoned(pane.id)
      follow.run:settle_pane(pane, 'idle')
      pane.last_id = nil
    end
  end
end

---@param session_id string
local function start(session_id)
  local follow = { session_id = session_id, is_stopped = false }
  follow.run = run.of_others(function(info)
    return open_pane(follow, info)
  end)
  follow.token = progress.open(function(batch)
    for _, event in ipairs(batch) do
      on_event(follow, event)
    end
    require('antiphon.panes.frame_timer').request_write()
  end)
  follows[session_id] = follow
  local argument = { sessionId = session_id, streamToken = follow.token }
  client.command('antiphon.session.follow', argument, function(problem)
    if not follow.is_stopped then
      refused[session_id] = problem and true or nil
      stop(follow)
    end
  end, function(id)
    follow.request_id = id
  end)
end

local is_due = false

--- Follows the sessions that are shown now, and no others.
function M.sync()
  if is_due then
    return
  end
  is_due = true
  vim.schedule(function()
    is_due = false
    local sessions = wanted()
    for id, follow in pairs(follows) do
      if not sessions[id] then
        stop(follow)
      end
    end
    for id in pairs(sessions) do
      if not follows[id] then
        start(id)
      end
    end
  end)
end

--- Looks whether somebody else is at work in a session in which an answer of this Neovim streams.
---@param changes { type: string, id?: string }[]
function M.on_change(changes)
  for _, change in ipairs(changes) do
    local own = change.type == 'session' and change.id and own_run(change.id)
    -- A run reports its begin before its first answer, and its end after the last.
    if own and own.started and vim.iter(own.panes):any(panes.is_answering) then
      busy[change.id] = true
      M.sync()
    end
  end
end

--- Forgets everything about a server that has ended.
function M.forget_server()
  for _, follow in pairs(follows) do
    stop(follow)
  end
  refused, busy = {}, {}
end

return M
