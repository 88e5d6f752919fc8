--- Restarts a server that died, a limited number of times, and reloads the panes from the history.

local restarts = require('antiphon.ask.restarts')
local notify = require('antiphon.ui.notify')

local M = {}

local restarted = restarts.new()

---@return string
local function describe_exit()
  local ended = require('antiphon.server.locate').last_end or {}
  if (ended.signal or 0) ~= 0 then
    return ('signal %d'):format(ended.signal)
  end
  return ('exit code %d'):format(ended.code or 0)
end

---@param attempt integer 0 if the user asked for it
local function reload_panes(attempt)
  require('antiphon.panes.restore').reload_all(function()
    require('antiphon.server.autocmds').emit('AntiphonRestart', { attempt = attempt })
  end)
end

--- Reacts to a server that ended unasked.
function M.on_server_death()
  local run = require('antiphon.ask.run')
  local had_runs = #run.open_runs() > 0
  run.abandon_all()
  if vim.v.exiting ~= vim.NIL then
    return
  elseif #require('antiphon.panes').all() == 0 then
    -- Nothing has to be reloaded; the next command starts a server.
    if had_runs then
      notify.error(
        ('the server ended (%s) before any answer began; ask again'):format(describe_exit())
      )
    end
    return
  end
  local attempt = restarted:next(vim.uv.now(), require('antiphon.config').get().restart)
  if not attempt then
    require('antiphon.panes.restore').mark_lost()
    return notify.error(
      ('the server keeps ending (%s). :Antiphon log, then :Antiphon restart'):format(
        describe_exit()
      )
    )
  end
  notify.warn(('the server ended (%s); starting it again'):format(describe_exit()))
  reload_panes(attempt)
end

--- Restarts the server at the request of the user.
function M.restart()
  restarted = restarts.new()
  require('antiphon.server.client').stop(function()
    require('antiphon.ask.run').abandon_all()
    if #require('antiphon.panes').all() > 0 then
      reload_panes(0)
    end
    require('antiphon.server.client').ready(function(client, problem)
      if client then
        notify.info('the server was started again')
      else
        notify.error(problem or '')
      end
    end)
  end)
end

return M
