--- Runs and completes the subcommands of `:Antiphon`.

local M = {}

---@class antiphon.Subcommand
---@field about string
---@field run fun(text: string, invoked: vim.api.keyset.create_user_command.command_args)
---@field complete? fun(lead: string, line: string): string[]

---@param lead string
---@return string[]
local function complete_ask(lead)
  local path = lead:match('^file=(.*)$')
  if path then
    local changes = vim.tbl_keys(require('antiphon.ask.context').CHANGES)
    table.sort(changes)
    return vim.tbl_map(function(name)
      return 'file=' .. name
    end, vim.list_extend(changes, vim.fn.getcompletion(path, 'file')))
  end
  return vim.list_extend(require('antiphon.ask.models').completions(), { 'file=', '--' })
end

---@param invoked vim.api.keyset.create_user_command.command_args
---@param files string[]
---@return antiphon.ContextItem[]|nil
local function collect_context(invoked, files)
  local context = require('antiphon.ask.context')
  local items = {}
  if invoked.range > 0 then
    items[1] = context.selection(0, invoked.line1, invoked.line2)
  end
  for _, path in ipairs(files) do
    local item = context.named(path)
    if not item then
      require('antiphon.ui.notify').error(('%s cannot be read'):format(path))
      return nil
    end
    items[#items + 1] = item
  end
  return items
end

---@param action "ask"|"compose"
---@return fun(text: string, invoked: vim.api.keyset.create_user_command.command_args)
local function asking_command(action)
  return function(text, invoked)
    local parsed = require('antiphon.command.arguments').parse_ask(text)
    local items = collect_context(invoked, parsed.files)
    if not items then
      return
    end
    local system = parsed.params.system
    parsed.params.system = nil
    local function go(models, prompt)
      require('antiphon')[action]({
        models = models,
        prompt = prompt,
        params = parsed.params,
        system = system --[[@as string|nil]],
        context = items,
      })
    end
    if #parsed.models == 0 and parsed.prompt and not parsed.is_divided then
      return require('antiphon.ask.models').split_lineups(parsed.prompt, go)
    end
    go(parsed.models, parsed.prompt)
  end
end

---@param words string[]
---@return fun(): string[]
local function complete_from(words)
  return function()
    return words
  end
end

local LAYOUTS = { 'grid', 'columns', 'rows', 'tabs', 'beside' }

---@type table<string, antiphon.Subcommand>
M.subcommands = {
  ask = { about = 'ask models', run = asking_command('ask'), complete = complete_ask },
  compose = { about = 'write a prompt', run = asking_command('compose'), complete = complete_ask },
  reply = {
    about = 'follow up in this pane, in all, or in some',
    run = function(text, invoked)
      local parsed = require('antiphon.command.arguments').parse_reply(text)
      local items = invoked.range > 0 and collect_context(invoked, {}) or nil
      require('antiphon').reply({
        target = parsed.target,
        prompt = parsed.prompt,
        context = items,
        compose = invoked.bang,
      })
    end,
    complete = complete_from({ 'all', 'some', '--' }),
  },
  stop = {
    about = 'stop this pane, or all',
    run = function(text)
      require('antiphon').stop(text == 'all' or require('antiphon.panes').current() == nil)
    end,
    complete = complete_from({ 'all' }),
  },
  regenerate = {
    about = 'ask for the last answer again',
    run = function(text)
      require('antiphon').regenerate(text ~= '' and text or nil)
    end,
    complete = function()
      return require('antiphon.ask.models').completions()
    end,
  },
  models = {
    about = 'choose models',
    run = function(text)
      require('antiphon').models(text == 'refresh')
    end,
    complete = complete_from({ 'refresh' }),
  },
  open = {
    about = 'bring the session with this id back',
    run = function(text)
      if text == '' then
        return require('antiphon').sessions()
      end
      require('antiphon').open(text)
    end,
  },
  panes = {
    about = 'go to a pane',
    run = function()
      require('antiphon').panes()
    end,
  },
  layout = {
    about = 'lay the panes out anew',
    run = function(text)
      if not vim.list_contains(LAYOUTS, text) then
        return require('antiphon.ui.notify').error(
          'a layout is one of ' .. table.concat(LAYOUTS, ', ')
        )
      end
      require('antiphon').layout(text --[[@as antiphon.LayoutMode]])
    end,
    complete = complete_from(LAYOUTS),
  },
  health = {
    about = 'say what works and what does not',
    run = function()
      vim.cmd.checkhealth('antiphon')
    end,
  },
  messages = {
    about = 'show what Antiphon has said',
    run = function()
      require('antiphon.ui.notify').open()
    end,
  },
  restart = {
    about = 'end the server and start it again',
    run = function()
      require('antiphon').restart()
    end,
  },
}

for _, group in ipairs({
  require('antiphon.command.answers'),
  require('antiphon.command.history'),
  require('antiphon.command.prompts'),
  require('antiphon.command.pipelines'),
  require('antiphon.command.presets'),
}) do
  for name, subcommand in pairs(group) do
    M.subcommands[name] = subcommand
  end
end

---@return string[]
local function list_names()
  local list = vim.tbl_keys(M.subcommands)
  table.sort(list)
  return list
end

--- Runs `:Antiphon {subcommand} …`; without a subcommand the user chooses one.
---@param invoked vim.api.keyset.create_user_command.command_args
function M.run(invoked)
  local name, text = invoked.args:match('^%s*(%S*)%s*(.-)%s*$')
  if name == '' then
    return M.choose(invoked)
  end
  local subcommand = M.subcommands[name]
  if not subcommand then
    local known = table.concat(list_names(), ', ')
    return require('antiphon.ui.notify').error(
      ('there is no `%s`; there are %s'):format(name, known)
    )
  end
  require('antiphon.ui.highlight').define()
  subcommand.run(text, invoked)
end

---@param invoked vim.api.keyset.create_user_command.command_args
function M.choose(invoked)
  require('antiphon.ui.picker.select').select(list_names(), {
    prompt = 'Antiphon',
    format_item = function(name)
      return ('%-11s %s'):format(name, M.subcommands[name].about)
    end,
  }, function(name)
    if name then
      require('antiphon.ui.highlight').define()
      M.subcommands[name].run('', invoked)
    end
  end)
end

--- Completes the command line up to the cursor.
---@param lead string
---@param line string
---@param column integer
---@return string[]
function M.complete(lead, line, column)
  local before = line:sub(1, column)
  local name = before:match('Antiphon!?%s+(%S+)%s')
  local words = list_names()
  if name then
    local subcommand = M.subcommands[name]
    words = subcommand and subcommand.complete and subcommand.complete(lead, before) or {}
  end
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, words)
end

return M
