--- Subcommands of `:Antiphon` on sessions, meters, keys and the log.

local arguments = require('antiphon.command.arguments')

local function edit_session()
  return require('antiphon.history.edit_session')
end

--- Actions on sessions by name; each gets the rest of the command line and whether it had a `!`.
---@type table<string, fun(text: string, bang: boolean)>
local SESSION_ACTIONS = {
  rename = function(text)
    edit_session().rename(text)
  end,
  tag = function(text)
    edit_session().tag(text)
  end,
  share = function(text)
    edit_session().share(text)
  end,
  fork = function()
    edit_session().fork()
  end,
  delete = function()
    edit_session().delete()
  end,
  export = function(text, bang)
    edit_session().export(text, bang)
  end,
  import = function(text)
    edit_session().import(text)
  end,
}

---@param text string
---@return string word
---@return string rest
local function first_word(text)
  return text:match('^(%S*)%s*(.-)$')
end

---@return string[]
local function session_words()
  local words = vim.tbl_keys(SESSION_ACTIONS)
  table.sort(words)
  return vim.list_extend(words, { 'tag:' })
end

---@param lead string
---@param line string
---@return string[]
local function complete_sessions(lead, line)
  if line:find('%s[ei][xm]port%s') then
    return vim.fn.getcompletion(lead, 'file')
  end
  return session_words()
end

---@param text string
local function keys(text)
  local provider_keys = require('antiphon.server.keys')
  local words = vim.split(text, '%s+', { trimempty = true })
  local store = arguments.pop_word(words, { 'memory', 'keyring' }) --[[@as "memory"|"keyring"|nil]]
  local action, provider, more = unpack(words)
  if more then
    provider_keys.forget_command_line()
  elseif action == 'set' then
    provider_keys.set(provider or '', store)
  elseif action == 'delete' then
    provider_keys.delete(provider or '')
  elseif action == nil or action == 'status' then
    provider_keys.status()
  else
    require('antiphon.ui.notify').error('there is `keys status`, `keys set` and `keys delete`')
  end
end

---@return string[]
local function complete_keys(_, line)
  if not line:find('%s[sd]e%l+%s') then
    return { 'status', 'set', 'delete' }
  end
  local words, known = { 'keyring', 'memory' }, require('antiphon.ask.models').cached()
  for _, model in ipairs(known and known.models or {}) do
    if not vim.list_contains(words, model.provider) then
      table.insert(words, 1, model.provider)
    end
  end
  return words
end

---@param path string
local function show_log(path)
  require('antiphon.layout.splits').run_below('split ' .. vim.fn.fnameescape(path))
  vim.bo.autoread = true
  vim.bo.modeline = false
  vim.cmd.normal({ 'G', bang = true })
end

---@type table<string, antiphon.Subcommand>
return {
  sessions = {
    about = 'bring a session back, or change one',
    run = function(text, invoked)
      local word, rest = first_word(text)
      local tag = word:match('^tag:(.+)$')
      if word == '' or tag then
        return require('antiphon').sessions(tag)
      elseif word == 'tag:' then
        return require('antiphon.ui.notify').error(
          'there is no tag behind `tag:`; write it without a space'
        )
      elseif not SESSION_ACTIONS[word] then
        local known = table.concat(session_words(), ', ')
        return require('antiphon.ui.notify').error(
          ('there is no `%s`; there are %s'):format(word, known)
        )
      end
      SESSION_ACTIONS[word](rest, invoked.bang)
    end,
    complete = complete_sessions,
  },
  meter = {
    about = 'what answers took, and what budgets have left',
    run = function(text)
      local meter = require('antiphon.meter')
      local parsed = arguments.parse(text)
      local here = arguments.pop_word(parsed.words, { 'here' })
      meter.open({
        group = arguments.pop_word(parsed.words, meter.GROUPS) --[[@as any]],
        session = here and require('antiphon.panes').current_session() or nil,
        since = parsed.options.since,
      })
    end,
    complete = function()
      return { 'model', 'provider', 'pane', 'session', 'day', 'here', 'since=' }
    end,
  },
  keys = { about = 'see, set and delete API keys', run = keys, complete = complete_keys },
  log = {
    about = "open the server's log; with ! Neovim's own of the server",
    run = function(_, invoked)
      local own = vim.lsp.log.get_filename()
      if invoked.bang then
        return show_log(own)
      end
      require('antiphon.server.client').command('antiphon.config', {}, function(problem, result)
        local path = not problem and result.logFile
        show_log(path and vim.uv.fs_stat(path) and path or own)
      end)
    end,
  },
}
