--- Sends the prompt of a composer, and keeps what could not be sent.

local ask = require('antiphon.ask')
local bar = require('antiphon.ask.composer.bar')
local models = require('antiphon.ask.models')
local notify = require('antiphon.ui.notify')
local queue = require('antiphon.ask.composer.queue')
local state = require('antiphon.ask.composer.state')

local M = {}

--- Chooses other models for the composer.
---@param buffer integer
function M.choose(buffer)
  local composer = state.all[buffer]
  if composer.panes then
    return notify.info('a reply goes to the models of its panes')
  end
  models.choose(function(chosen)
    composer.models = chosen
    state.refresh(composer)
  end)
end

--- Sends the reply once its panes have answered, unless it is changed before.
---@param composer antiphon.Composer
local function wait_for_panes(composer)
  local names = queue.titles(composer.panes)
  state.stop_waiting(composer)
  composer.stop_waiting = queue.wait(composer.panes, function(is_lost)
    composer.stop_waiting = nil
    if is_lost then
      return state.keep_unsent(composer, 'the server ended; :w sends')
    elseif state.is_open(composer) then
      M.send(composer.buffer)
    end
  end)
  state.set_note(composer, ('sends when %s is done'):format(names))
  notify.info(('%s is still answering; the reply is sent when that is done'):format(names))
end

--- Sends a prompt with front matter as the prompt file that it is.
---@param question antiphon.Question
---@param buffer integer
---@param hooks antiphon.RunHooks
local function send_as_file(question, buffer, hooks)
  local params = vim.tbl_extend('force', question.params, { system = question.system })
  require('antiphon.ask.prompts').run({
    source = require('antiphon.ask.prompts.document').source(buffer),
    context = question.context,
    params = params,
    otherwise = question.models,
  }, hooks)
end

--- Sends the prompt. The composer closes when the first answer starts; if the request is refused,
--- it stays open and shows the reason in its winbar.
---@param buffer integer
function M.send(buffer)
  local composer = state.all[buffer]
  local question = bar.build_question(composer)
  if composer.is_sending then
    return notify.info('the prompt is on its way')
  elseif question.prompt == '' then
    return notify.warn('there is nothing to send yet')
  elseif not question.panes and not (question.models or {})[1] then
    return M.choose(buffer)
  elseif question.panes and queue.is_busy(question.panes) then
    return wait_for_panes(composer)
  end
  state.stop_waiting(composer)
  state.keep(composer)
  composer.is_sending = true
  state.set_note(composer, nil)
  vim.bo[buffer].modified = false
  local hooks = {
    on_start = function()
      state.close(composer)
    end,
    on_declined = function()
      state.keep_unsent(composer)
    end,
    on_failure = function(problem)
      state.keep_unsent(composer, notify.describe(problem))
      notify.response_error(problem)
    end,
  }
  if question.panes then
    ask.reply(question, hooks)
  elseif vim.startswith(question.prompt, '---\n') then
    send_as_file(question, buffer, hooks)
  else
    ask.ask(question, hooks)
  end
end

return M
