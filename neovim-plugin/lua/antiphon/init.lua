--- Asks many language models at once, each answer in a split of its own.
---
--- `:Antiphon` does all of this; the functions are for the user's own mappings and plugins.

local M = {}

--- Sets options. Calling it is optional, see `:help antiphon-options`.
---@param options? antiphon.Options
function M.setup(options)
  require('antiphon.config').set(options or {})
end

---@class antiphon.AskOptions
---@field prompt? string Without it a composer opens.
---@field models? string[] Ids and line-ups; without them the user chooses.
---@field context? antiphon.ContextItem[]
---@field params? antiphon.Params
---@field system? string

--- Asks models; asks the user for what is missing.
---@param options? antiphon.AskOptions
function M.ask(options)
  options = options or {}
  local models = require('antiphon.ask.models')
  local function go(chosen)
    if options.prompt then
      local question = vim.tbl_extend('force', options, { models = chosen })
      require('antiphon.ask').ask(question)
    else
      local params = vim.tbl_extend('force', options.params or {}, { system = options.system })
      require('antiphon.ask.composer').open({
        models = chosen,
        context = options.context,
        params = params,
      })
    end
  end
  if options.models and #options.models > 0 then
    models.resolve(options.models, go)
  else
    models.choose(go)
  end
end

--- Opens a composer for the models that were asked last.
---@param options? antiphon.AskOptions
function M.compose(options)
  local draft = vim.tbl_extend('force', {}, options or {})
  local named = draft.models
  draft.models = nil
  if not named or #named == 0 then
    return require('antiphon.ask.composer').open(draft)
  end
  require('antiphon.ask.models').resolve(named, function(models)
    draft.models = models
    require('antiphon.ask.composer').open(draft)
  end)
end

--- Builds hooks that reopen an unsent reply in a composer, so that no text is lost.
---@param question antiphon.Question
---@return antiphon.RunHooks
local function reopen_in_composer(question)
  local function reopen()
    require('antiphon.ask.composer').open(question)
  end
  return {
    on_declined = reopen,
    on_failure = function(problem)
      reopen()
      require('antiphon.ui.notify').response_error(problem)
    end,
  }
end

---@param list antiphon.PaneView[]
---@param options { prompt?: string, context?: antiphon.ContextItem[], compose?: boolean }
local function reply_to(list, options)
  local ask, composer = require('antiphon.ask'), require('antiphon.ask.composer')
  local question = { panes = list, prompt = options.prompt, context = options.context }
  if options.compose then
    return composer.open({ panes = list, context = options.context })
  elseif composer.is_busy(list) then
    -- It is written in the composer, and sent when the answers have ended.
    return composer.open_waiting(question)
  elseif options.prompt then
    return ask.reply(question, reopen_in_composer(question))
  end
  local name = #list == 1 and list[1].title or ('all %d panes'):format(#list)
  vim.ui.input({ prompt = ('Reply to %s: '):format(name) }, function(text)
    if text and vim.trim(text) ~= '' then
      question.prompt = text
      ask.reply(question, reopen_in_composer(question))
    end
  end)
end

---@class antiphon.ReplyOptions
---@field target? "here"|"all"|"some"
---@field prompt? string
---@field context? antiphon.ContextItem[]
---@field compose? boolean In a composer, not on the command line.

--- Replies in the pane under the cursor, in all panes of its session, or in some.
---@param options? antiphon.ReplyOptions
function M.reply(options)
  options = options or {}
  local panes, say = require('antiphon.panes'), require('antiphon.ui.notify')
  local pane, session = panes.current(), panes.current_session()
  if pane and not session then
    return say.warn(('%s is not ready yet'):format(pane.title))
  elseif not session or (not pane and options.target ~= 'all' and options.target ~= 'some') then
    return say.warn('there is no pane under the cursor')
  elseif options.target == 'all' then
    return reply_to(panes.of_session(session), options)
  elseif options.target == 'some' then
    local question = { title = 'Reply to', done = 'write' }
    return require('antiphon.panes.pick').open(panes.of_session(session), question, function(list)
      reply_to(list, options)
    end)
  end
  reply_to({ pane }, options)
end

--- Stops the pane under the cursor, or all.
---@param everything? boolean
function M.stop(everything)
  local pane = require('antiphon.panes').current()
  require('antiphon.ask').stop(not everything and pane or nil)
end

--- Regenerates the last answer of the pane under the cursor.
---@param model? string another model, which becomes the pane's
function M.regenerate(model)
  local pane = require('antiphon.panes').current()
  if not pane then
    return require('antiphon.ui.notify').warn('there is no pane under the cursor')
  end
  require('antiphon.ask').regenerate(pane, model)
end

--- Asks the user for the default models.
---@param refresh? boolean asks the providers for their lists again
function M.models(refresh)
  local compose = require('antiphon.ask.composer')
  local buffer = vim.api.nvim_get_current_buf()
  if compose.is_composer(buffer) then
    return compose.choose(buffer)
  end
  require('antiphon.ask.models').choose(function(chosen)
    require('antiphon.ui.notify').info('asking ' .. table.concat(chosen, ', ') .. ' from now on')
  end, refresh)
end

--- Asks the user for a session of the history and opens its panes.
---@param tag? string only sessions with this tag
function M.sessions(tag)
  require('antiphon.history.sessions').choose(tag)
end

--- Opens the panes of a session.
---@param session_id string
function M.open(session_id)
  require('antiphon.history.sessions').open(session_id)
end

--- Asks the user for an open pane and goes there.
function M.panes()
  local panes = require('antiphon.panes')
  local list = vim.list_extend(panes.all(), panes.closed())
  if #list == 0 then
    return require('antiphon.ui.notify').info(
      'no pane is open; `:Antiphon sessions` brings some back'
    )
  end
  require('antiphon.ui.picker.select').select(list, {
    prompt = 'Antiphon pane',
    format_item = function(pane)
      local state = require('antiphon.ui.pane_states')[pane.state]
      local word = (pane.note or state.word) .. (panes.get(pane.id) and '' or ', closed')
      return vim.trim(('%s %s  %s'):format(state.mark, pane.title, word))
    end,
  }, function(pane)
    if pane and panes.get(pane.id) then
      require('antiphon.layout.grid').reveal(pane)
    elseif pane then
      require('antiphon.history.sessions').open(pane.session_id, pane.id)
    end
  end)
end

--- Returns the progress of the runs and the tightest budget for a statusline: `2/4 · 1,204 tokens ·
--- $0.0031 · $0.42 spent, $0.03 held of $1.00 today`. If nothing runs, only a budget that is nearly
--- used up is shown. Loads nothing before the first question.
---@return string
function M.status()
  local run = package.loaded['antiphon.ask.run']
  if not run then
    return ''
  end
  local list, words = {}, {}
  for _, open in ipairs(run.open_runs()) do
    vim.list_extend(list, open.panes)
  end
  if #list > 0 then
    local progress = require('antiphon.ui.format').progress
    words[1] = progress(list, require('antiphon.panes').is_answering)
  end
  local budget = require('antiphon.meter.statusline').tightest()
  if budget and (#list > 0 or budget.state ~= 'within') then
    words[#words + 1] = require('antiphon.ui.budget_format').spending(budget)
  end
  return table.concat(words, ' · ')
end

--- Changes the layout of the panes of this session.
---@param mode antiphon.LayoutMode
function M.layout(mode)
  local session = require('antiphon.panes').current_session()
  if session then
    require('antiphon.layout.grid').rearrange(mode, session)
  else
    require('antiphon.ui.notify').warn('there is no pane here')
  end
end

--- Compares answers in Neovim's diff; in a comparison, closes it.
---@param titles? string[] titles of panes, or `{ 'all' }`; without them the user chooses
---@param files? string[]
function M.compare(titles, files)
  require('antiphon.answers.compare.choose').toggle(titles or {}, files or {})
end

--- Sends a message of the pane under the cursor to other panes or models.
---@param options? antiphon.SendOptions
function M.send(options)
  require('antiphon.answers.send').send(options or {})
end

--- Inserts a passage of an answer into the composer, another pane or a file.
---@param options? antiphon.TakeOptions
function M.take(options)
  require('antiphon.answers.insert').insert(options or {})
end

--- Searches all conversations; without a text it shows more of the last search.
---@param text? string
---@param in_quickfix? boolean
function M.search(text, in_quickfix)
  require('antiphon.history.search').search(text or '', in_quickfix == true)
end

--- Shows the code block under the cursor as a diff against its file, and applies it once accepted.
---@param path? string
function M.apply(path)
  require('antiphon.answers.apply').apply(path)
end

--- Closes a comparison, a proposal or a document.
function M.leave()
  local here = require('antiphon.answers.compare').current()
  if here then
    require('antiphon.answers.compare').close(here)
  elseif not require('antiphon.answers.apply').leave() then
    pcall(vim.cmd.close)
  end
end

--- Restarts the server.
function M.restart()
  require('antiphon.history.follow').forget_server()
  require('antiphon.ask.supervisor').restart()
end

return M
