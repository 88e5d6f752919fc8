--- Lists sessions and opens them.

local client = require('antiphon.server.client')
local grid = require('antiphon.layout.grid')
local local_time = require('antiphon.ui.local_time')
local notify = require('antiphon.ui.notify')

local M = {}

--- More would leave no space for the title on one line of a narrow screen.
local MOST_TITLES = 3

--- Formats the age of a server time: `2 h ago`.
---@param stamp string RFC 3339 in UTC
---@param now integer seconds since 1970
---@return string
function M.format_age(stamp, now)
  local moment = local_time.parse(stamp)
  if not moment then
    return stamp
  end
  local seconds = math.max(0, now - moment)
  if seconds < 60 then
    return 'just now'
  elseif seconds < 3600 then
    return ('%d min ago'):format(seconds / 60)
  elseif seconds < 86400 then
    return ('%d h ago'):format(seconds / 3600)
  elseif seconds < 86400 * 7 then
    return ('%d d ago'):format(seconds / 86400)
  end
  return local_time.format(stamp)
end

---@param session antiphon.Session
---@return string
function M.format_label(session)
  local titles = vim.tbl_map(function(pane)
    return pane.title
  end, vim.list_slice(session.panes, 1, MOST_TITLES))
  local more = #session.panes - #titles
  local names = table.concat(titles, ', ') .. (more > 0 and (' and %d more'):format(more) or '')
  local age = M.format_age(session.updatedAt, os.time())
  local tags = #session.tags > 0 and ' · #' .. table.concat(session.tags, ' #') or ''
  return ('%s  (%s · %s%s)'):format(session.title, names, age, tags)
end

--- Opens a session with all its panes in a tab page of its own.
---@param session_id string
---@param only? string the id of one of its panes
function M.open(session_id, only)
  require('antiphon.panes.restore').load_session(session_id, function(problem, list)
    if problem then
      return notify.response_error(problem)
    end
    grid.open(assert(list), true)
    require('antiphon.server.autocmds').emit('AntiphonSessionOpened', { sessionId = session_id })
  end, only)
end

--- Asks the user for a session, newest first.
---@param done fun(session: antiphon.Session)
---@param tag? string only sessions with this tag
function M.pick(done, tag)
  client.command('antiphon.session.list', { limit = 50, tag = tag }, function(problem, result)
    if problem then
      return notify.response_error(problem)
    elseif #result.sessions == 0 then
      local none = tag and ('no session has the tag %s'):format(tag)
      return notify.info(none or 'there is no session yet; `:Antiphon ask` starts one')
    end
    local options = { prompt = 'Antiphon session', format_item = M.format_label }
    require('antiphon.ui.picker.select').select(result.sessions, options, function(session)
      if session then
        done(session)
      end
    end)
  end)
end

--- Asks the user for a session and opens it.
---@param tag? string only sessions with this tag
function M.choose(tag)
  M.pick(function(session)
    M.open(session.id)
  end, tag)
end

return M
