--- Renames, tags, shares, forks, deletes, exports and imports sessions.

local client = require('antiphon.server.client')
local files = require('antiphon.config.files')
local panes = require('antiphon.panes')
local notify = require('antiphon.ui.notify')
local sessions = require('antiphon.history.sessions')

local M = {}

---@param done fun(result: any)
---@return antiphon.Answer
local function on_success(done)
  return function(problem, result)
    if problem then
      return notify.response_error(problem)
    end
    done(result)
  end
end

--- Calls back with the session of the panes here, or one that the user chooses.
---@param done fun(session: antiphon.Session)
local function choose_session(done)
  local here = panes.current_session()
  if not here then
    return sessions.pick(done)
  end
  client.command(
    'antiphon.session.open',
    { sessionId = here },
    on_success(function(result)
      done(result.session)
    end)
  )
end

---@param text string
---@param prompt string
---@param default string
---@param done fun(text: string)
local function ask_if_empty(text, prompt, default, done)
  if text ~= '' then
    return done(text)
  end
  vim.ui.input({ prompt = prompt, default = default }, function(answer)
    if answer then
      done(answer)
    end
  end)
end

---@param title string asked for if empty
function M.rename(title)
  choose_session(function(session)
    ask_if_empty(title, 'Title: ', session.title, function(text)
      local argument = { sessionId = session.id, title = text }
      client.command(
        'antiphon.session.rename',
        argument,
        on_success(function(result)
          notify.info(('the session is called %s'):format(result.session.title))
        end)
      )
    end)
  end)
end

---@param words string tags, separated by commas; asked for if empty
function M.tag(words)
  choose_session(function(session)
    local now = table.concat(session.tags, ', ')
    ask_if_empty(words, 'Tags, between commas: ', now, function(text)
      local tags = vim.tbl_map(vim.trim, vim.split(text, ',', { trimempty = true }))
      tags = vim.tbl_filter(function(tag)
        return tag ~= ''
      end, tags)
      local argument = { sessionId = session.id, tags = tags }
      client.command(
        'antiphon.session.tag',
        argument,
        on_success(function(result)
          local list = table.concat(result.session.tags, ', ')
          notify.info(list == '' and 'the session has no tags' or 'the tags are ' .. list)
        end)
      )
    end)
  end)
end

--- Lets other users of a server read a session, and no others.
---@param words string names, separated by commas, or `all` or `nobody`; asked for if empty
function M.share(words)
  choose_session(function(session)
    ask_if_empty(words, 'Users, between commas, or all, or nobody: ', '', function(text)
      local names = vim.tbl_map(vim.trim, vim.split(text, ',', { trimempty = true }))
      local word = #names == 1 and names[1]
      if #names == 0 or word == '' then
        return notify.error('name the users who may read the session, or write `nobody`')
      end
      local readers = word == 'all' and 'all' or word == 'nobody' and {} or names
      client.command(
        'antiphon.session.share',
        { sessionId = session.id, with = readers },
        on_success(function(result)
          local with = result.with == 'all' and 'all users' or table.concat(result.with, ', ')
          notify.info(('the session is shared with %s'):format(with == '' and 'nobody' or with))
        end)
      )
    end)
  end)
end

--- Forks the session at the message under the cursor.
function M.fork()
  require('antiphon.panes.turns').at_cursor(function(message)
    client.command(
      'antiphon.session.fork',
      { messageId = message.id },
      on_success(function(result)
        sessions.open(result.session.id)
      end)
    )
  end)
end

--- Deletes a session with everything in it, after confirmation.
function M.delete()
  choose_session(function(session)
    local prompt = ('Delete "%s" and its %d panes for good?'):format(session.title, #session.panes)
    require('antiphon.ui.picker.select').select(
      { 'Keep it', 'Delete it' },
      { prompt = prompt },
      function(_, index)
        if index ~= 2 then
          return
        end
        client.command(
          'antiphon.session.delete',
          { sessionId = session.id },
          on_success(function()
            require('antiphon.layout.grid').close(panes.of_session(session.id), true)
            notify.info(('"%s" is deleted'):format(session.title))
          end)
        )
      end
    )
  end)
end

--- Exports a session: as JSON, which can be imported, or as Markdown, by the file name.
---@param path string asked for if empty
---@param may_replace boolean
function M.export(path, may_replace)
  choose_session(function(session)
    local name = session.title:gsub('[^%w._-]+', '-'):sub(1, 40) .. '.json'
    ask_if_empty(path, 'Export to (.json or .md): ', name, function(answer)
      local format = answer:find('%.json$') and 'json' or 'markdown'
      local argument = { sessionId = session.id, format = format }
      client.command(
        'antiphon.session.export',
        argument,
        on_success(function(result)
          local problem = files.write(answer, result.text, may_replace)
          if problem then
            return notify.error(problem)
          end
          notify.info(('written to %s'):format(answer))
        end)
      )
    end)
  end)
end

--- Imports a session from an exported file and opens it.
---@param path string asked for if empty
function M.import(path)
  ask_if_empty(path, 'Import from: ', '', function(answer)
    local text = files.read(answer)
    if not text then
      return notify.error(('%s cannot be read'):format(answer))
    end
    client.command(
      'antiphon.session.import',
      { text = text },
      on_success(function(result)
        sessions.open(result.session.id)
        if result.copies then
          notify.warn(('"%s" was here already: there are two now'):format(result.session.title))
        end
      end)
    )
  end)
end

return M
