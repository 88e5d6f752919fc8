--- Subcommands of `:Antiphon` on answers: compare, send, summarize, search, apply.

local arguments = require('antiphon.command.arguments')

---@return string[] titles of the panes here
local function pane_titles()
  local panes = require('antiphon.panes')
  local session = panes.current_session()
  return vim.tbl_map(function(pane)
    return pane.title
  end, session and panes.of_session(session) or {})
end

---@param words string[]
---@return fun(lead: string): string[]
local function complete_titles_and(words)
  return function(lead)
    local path = lead:match('^file=(.*)$')
    if path and vim.list_contains(words, 'file=') then
      return vim.tbl_map(function(name)
        return 'file=' .. name
      end, vim.fn.getcompletion(path, 'file'))
    end
    return vim.list_extend(pane_titles(), words)
  end
end

---@param run fun(list: antiphon.PaneView[])
---@param words string[]
---@param title string
---@param done string
local function with_panes(run, words, title, done)
  local pick = require('antiphon.panes.pick')
  local list = pick.session_panes()
  if list then
    pick.resolve(words, list, { title = title, done = done, chosen = list }, run)
  end
end

---@param invoked vim.api.keyset.create_user_command.command_args
---@return antiphon.Range|nil
local function selection(invoked)
  if invoked.range > 0 then
    return require('antiphon.ask.context').selection(0, invoked.line1, invoked.line2).range
  end
end

---@param name "summarize"|"merge"
---@return fun(text: string)
local function digest_command(name)
  return function(text)
    local digest = require('antiphon.answers.digest')
    local parsed = arguments.parse(text)
    local format = arguments.pop_word(parsed.words, digest.FORMATS)
    local each = arguments.pop_word(parsed.words, { 'each' })
    with_panes(function(list)
      digest[name]({
        panes = list,
        format = format,
        each = each ~= nil,
        model = parsed.options.model,
        instructions = parsed.prompt,
      })
    end, parsed.words, name == 'merge' and 'Merge' or 'Summarize', name)
  end
end

---@type table<string, antiphon.Subcommand>
return {
  compare = {
    about = 'compare answers side by side; once more ends it',
    run = function(text)
      local parsed = arguments.parse(text)
      require('antiphon').compare(parsed.words, { parsed.options.file })
    end,
    complete = complete_titles_and({ 'all', 'file=' }),
  },
  consensus = {
    about = 'show what the answers say alike; once more hides it',
    run = function(text)
      local consensus = require('antiphon.answers.consensus')
      if consensus.is_shown() and text == '' then
        return consensus.hide()
      end
      local words = arguments.parse(text).words
      local wanted = #words == 0 and { 'all' } or words[1] == 'some' and {} or words
      with_panes(consensus.show, wanted, 'What do they say', 'show')
    end,
    complete = complete_titles_and({ 'all', 'some' }),
  },
  send = {
    about = 'send a message or a selection to other panes',
    run = function(text, invoked)
      local parsed = arguments.parse(text)
      require('antiphon').send({
        mode = arguments.pop_word(parsed.words, { 'ask', 'context' }) --[[@as "ask"|"context"|nil]],
        several = arguments.pop_word(parsed.words, { 'several' }) ~= nil,
        prompt = parsed.prompt,
        to = parsed.words,
        range = selection(invoked),
        role = parsed.options.role --[[@as "preserve"|"user"|nil]],
        note = parsed.options.note and (parsed.options.note:gsub('_', ' ')),
      })
    end,
    complete = function()
      local words = { 'ask', 'context', 'several', 'all', 'role=preserve', 'note=', '--' }
      return vim.list_extend(
        vim.list_extend(pane_titles(), words),
        require('antiphon.ask.models').completions()
      )
    end,
  },
  take = {
    about = 'take a passage into the composer, a pane or a file',
    run = function(text, invoked)
      local parsed = arguments.parse(text)
      require('antiphon').take({
        lines = invoked.range > 0 and { invoked.line1, invoked.line2 } or nil,
        to = parsed.words,
        file = parsed.options.file,
        prompt = parsed.prompt,
      })
    end,
    complete = complete_titles_and({ 'compose', 'file', 'file=', 'all', '--' }),
  },
  summarize = {
    about = 'sum answers up in a new pane',
    run = digest_command('summarize'),
    complete = complete_titles_and({
      'executive',
      'technical',
      'bullets',
      'all',
      'each',
      'model=',
      '--',
    }),
  },
  merge = {
    about = 'make one answer of several in a new pane',
    run = digest_command('merge'),
    complete = complete_titles_and({ 'all', 'model=', '--' }),
  },
  search = {
    about = 'search through all conversations',
    run = function(text, invoked)
      require('antiphon').search(text, invoked.bang)
    end,
    complete = function()
      local words = { 'model:', 'provider:', 'role:user', 'role:assistant', 'tag:' }
      return vim.list_extend(words, { 'since:', 'until:' })
    end,
  },
  apply = {
    about = 'put a block of code into its file, after a look',
    run = function(text)
      require('antiphon').apply(arguments.parse(text).options.file)
    end,
    complete = complete_titles_and({ 'file=' }),
  },
}
