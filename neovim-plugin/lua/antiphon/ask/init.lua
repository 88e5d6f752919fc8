--- Sends questions: new ones to models, replies to panes, and requests for another answer.

local client = require('antiphon.server.client')
local grid = require('antiphon.layout.grid')
local models = require('antiphon.ask.models')
local panes = require('antiphon.panes')
local run = require('antiphon.ask.run')
local notify = require('antiphon.ui.notify')
local titles = require('antiphon.ask.titles')

local M = {}

---@class antiphon.Question
---@field prompt string
---@field models? string[] Ids of models that open new panes.
---@field panes? antiphon.PaneView[] Panes to reply in.
---@field context? antiphon.ContextItem[]
---@field params? antiphon.Params
---@field system? string
---@field allow_over_budget? boolean The user has confirmed it.

---@param question antiphon.Question
---@return antiphon.BroadcastParams
function M.build_params(question)
  local params =
    vim.tbl_extend('force', require('antiphon.config').get().params, question.params or {})
  local argument = {
    prompt = question.prompt,
    system = question.system,
    params = next(params) and params or nil,
    context = question.context and question.context[1] and question.context or nil,
    allowOverBudget = question.allow_over_budget,
  }
  if question.panes then
    argument.sessionId = question.panes[1].session_id
    argument.paneIds = vim.tbl_map(function(pane)
      return pane.id
    end, question.panes)
  else
    argument.models = question.models
  end
  return argument
end

---@param question antiphon.Question
---@param go fun()
---@param leave fun(problem: lsp.ResponseError|nil)
local function confirm_estimate(question, go, leave)
  local estimate = require('antiphon.ask.estimate')
  estimate.confirm('antiphon.estimate', M.build_params(question), function(is_over_budget)
    question.allow_over_budget = is_over_budget or nil
    go()
  end, leave)
end

--- Reports why a question was not sent; without a problem the user decided so.
---@param hooks antiphon.RunHooks
---@param problem lsp.ResponseError|nil
local function report_unsent(hooks, problem)
  if problem then
    local report = hooks.on_failure or notify.response_error
    report(problem)
  elseif hooks.on_declined then
    hooks.on_declined()
  end
end

---@class antiphon.NewPanes
---@field command string a streaming command
---@field estimate "antiphon.estimate"|"antiphon.prompt.estimate"
---@field argument table of both commands
---@field choices antiphon.Choosable[] The models of the new panes.

--- Opens panes for models at once, in a new tab page, and starts a run in them.
---@param request antiphon.NewPanes
---@param hooks? antiphon.RunHooks
function M.start(request, hooks)
  hooks = hooks or {}
  local presets = (models.cached() or {}).presets
  local list = vim.tbl_map(function(named)
    return panes.new(named.model, named.title)
  end, titles.of_choices(request.choices, presets))
  grid.open(list)
  local function leave(problem)
    grid.close(list, true)
    report_unsent(hooks, problem)
  end
  local started = false
  local run_hooks = {
    on_result = hooks.on_result,
    on_start = function()
      started = true
      if hooks.on_start then
        hooks.on_start()
      end
    end,
    on_failure = function(problem)
      if started then
        return notify.response_error(problem)
      end
      leave(problem)
    end,
  }
  local estimate = require('antiphon.ask.estimate')
  estimate.confirm(request.estimate, request.argument, function(is_over_budget)
    request.argument.allowOverBudget = is_over_budget or nil
    run.start(request.command, request.argument, list, run_hooks)
  end, leave)
end

--- Asks models.
---@param question antiphon.Question
---@param hooks? antiphon.RunHooks
function M.ask(question, hooks)
  hooks = vim.tbl_extend('force', {}, hooks or {})
  local on_start = hooks.on_start
  function hooks.on_start()
    models.remember(question.models)
    if on_start then
      on_start()
    end
  end
  M.start({
    command = 'antiphon.broadcast',
    estimate = 'antiphon.estimate',
    argument = M.build_params(question),
    choices = question.models,
  }, hooks)
end

--- Returns whether all panes can be asked now; warns about the first that cannot.
---@param list antiphon.PaneView[]
---@return boolean
function M.check_idle(list)
  for _, pane in ipairs(list) do
    if panes.is_answering(pane) then
      notify.warn(('%s is still answering; stop it first or wait'):format(pane.title))
      return false
    elseif not pane.id or pane.state == 'healing' then
      notify.warn(('%s is not ready yet'):format(pane.title))
      return false
    end
  end
  return true
end

--- Builds hooks that restore the state of panes if the run is refused.
---@param list antiphon.PaneView[]
---@param hooks antiphon.RunHooks
---@return antiphon.RunHooks
function M.restore_on_failure(list, hooks)
  local states = vim.tbl_map(function(pane)
    return { pane.state, pane.meter, pane.note }
  end, list)
  return {
    on_start = hooks.on_start,
    on_failure = function(problem)
      for index, pane in ipairs(list) do
        pane.state, pane.meter, pane.note = unpack(states[index], 1, 3)
        require('antiphon.panes.winbar').show(pane)
      end
      local report = hooks.on_failure or notify.response_error
      report(problem)
    end,
  }
end

--- Replies in panes of one session, each with its own history.
---@param question antiphon.Question
---@param hooks? antiphon.RunHooks
function M.reply(question, hooks)
  hooks = hooks or {}
  if not M.check_idle(question.panes) then
    return report_unsent(hooks)
  end
  confirm_estimate(question, function()
    -- They may have been asked something else since.
    if not M.check_idle(question.panes) then
      return report_unsent(hooks)
    end
    local safe_hooks = M.restore_on_failure(question.panes, hooks)
    run.start('antiphon.broadcast', M.build_params(question), question.panes, safe_hooks)
  end, function(problem)
    report_unsent(hooks, problem)
  end)
end

--- Regenerates the pane's last answer, by another model if one is given.
---@param pane antiphon.PaneView
---@param model? string
function M.regenerate(pane, model)
  if not M.check_idle({ pane }) then
    return
  elseif not pane.message_id then
    return notify.warn('there is no answer to ask for again')
  end
  local params = require('antiphon.config').get().params
  run.start('antiphon.regenerate', {
    messageId = pane.message_id,
    model = model,
    params = next(params) and params or nil,
  }, { pane }, M.restore_on_failure({ pane }, {}))
end

--- Stops one pane, or all; the text that has arrived stays.
---@param pane? antiphon.PaneView
function M.stop(pane)
  -- What answers in a pane may have been asked by another client.
  if #run.open_runs() == 0 and not (pane and panes.is_answering(pane)) then
    return notify.info('nothing is running')
  end
  if pane and not pane.id then
    return notify.warn(('%s is not ready yet'):format(pane.title))
  end
  local argument = pane and { paneId = pane.id } or {}
  client.command('antiphon.cancel', argument, function(problem, result)
    if problem then
      notify.response_error(problem)
    elseif result.cancelled == 0 then
      notify.info(pane and ('%s is not answering'):format(pane.title) or 'nothing is running')
    end
  end)
end

return M
