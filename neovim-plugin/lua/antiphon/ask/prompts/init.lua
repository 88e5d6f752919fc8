--- Runs prompt files: what is missing is asked for, and each answer gets a pane.

local ask = require('antiphon.ask')
local client = require('antiphon.server.client')
local document = require('antiphon.ask.prompts.document')
local inputs = require('antiphon.ask.prompts.inputs')
local models = require('antiphon.ask.models')
local notify = require('antiphon.ui.notify')

local M = {}

---@class antiphon.PromptQuestion
---@field source { uri?: string, text?: string }
---@field inputs? table<string, string>
---@field models? string[] They are asked instead of those of the file.
---@field selection? antiphon.ContextItem
---@field context? antiphon.ContextItem[] It comes after the context of the file.
---@field params? antiphon.Params They come before those of the file.
---@field otherwise? antiphon.Choosable[] Models to ask if neither names any.

--- Returns the first problem for which the file cannot be read.
---@param prompt antiphon.PromptReadResult
---@return string|nil
local function unreadable(prompt)
  for _, problem in ipairs(prompt.problems) do
    if problem.severity == 'error' and problem.kind == 'invalid_params' then
      return ('line %d: %s'):format(problem.range.start.line + 1, problem.message)
    end
  end
end

--- Names the rules that answers do not keep.
---@param result antiphon.PromptRunResult
local function report_rules(result)
  local broken = vim.tbl_filter(function(each)
    return not each.ok
  end, result.expect or {})
  if #broken > 0 then
    local list = vim.tbl_map(function(each)
      return vim.json.encode(each.rule)
    end, broken)
    local what = #broken == 1 and '1 rule is' or ('%d rules are'):format(#broken)
    notify.warn(('%s not kept: %s'):format(what, table.concat(list, ', ')))
  end
end

---@param question antiphon.PromptQuestion
---@param choices antiphon.Choosable[]
---@param values table<string, string>
---@param hooks antiphon.RunHooks
local function start(question, choices, values, hooks)
  local configured = require('antiphon.config').get().params
  local params = vim.tbl_extend('force', configured, question.params or {})
  local argument = vim.tbl_extend('force', {
    inputs = next(values) and values or nil,
    models = question.models,
    context = question.context and question.context[1] and question.context or nil,
    selection = question.selection,
    params = next(params) and params or nil,
  }, question.source)
  ask.start({
    command = 'antiphon.prompt.run',
    estimate = 'antiphon.prompt.estimate',
    argument = argument,
    choices = choices,
  }, vim.tbl_extend('force', hooks, { on_result = report_rules }))
end

--- Calls back with the models to ask: those of the question or the file, else others.
---@param question antiphon.PromptQuestion
---@param prompt antiphon.PromptReadResult
---@param done fun(question: antiphon.PromptQuestion, choices: antiphon.Choosable[])
local function choose_models(question, prompt, done)
  local named = question.models or prompt.models
  -- The list has the presets, and what is asked if no model is named.
  models.list(function(result)
    if #named > 0 then
      return done(question, named)
    elseif not question.otherwise and #result.default > 0 then
      return done(question, result.default)
    end
    local function go(chosen)
      done(vim.tbl_extend('force', question, { models = chosen }), chosen)
    end
    if question.otherwise and #question.otherwise > 0 then
      return go(question.otherwise)
    end
    models.choose(go)
  end)
end

--- Runs a prompt file.
---@param question antiphon.PromptQuestion
---@param hooks? antiphon.RunHooks
function M.run(question, hooks)
  hooks = hooks or {}
  local report = hooks.on_failure or notify.response_error
  client.command('antiphon.prompt.read', question.source, function(problem, prompt)
    local reason = not problem and unreadable(prompt)
    if problem or reason then
      return report(problem or { message = reason })
    end
    inputs.complete(prompt.inputs, question.inputs or {}, function(values)
      choose_models(question, prompt, function(chosen_question, choices)
        start(chosen_question, choices, values, hooks)
      end)
    end, hooks.on_declined)
  end)
end

--- Runs the prompt file of a buffer as it is written there, saved or not.
---@param buffer integer
---@param question? { inputs?: table<string, string>, models?: string[] }
function M.run_buffer(buffer, question)
  local source = { source = document.source(buffer) }
  M.run(vim.tbl_extend('force', source, question or {}))
end

return M
