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
local function start(question, choices, values)
  local params = require('antiphon.config').get().params
  local argument = vim.tbl_extend('force', {
    inputs = next(values) and values or nil,
    models = question.models,
    selection = question.selection,
    params = next(params) and params or nil,
  }, question.source)
  ask.start({
    command = 'antiphon.prompt.run',
    estimate = 'antiphon.prompt.estimate',
    argument = argument,
    choices = choices,
  }, { on_result = report_rules })
end

--- Runs a prompt file.
---@param question antiphon.PromptQuestion
function M.run(question)
  client.command('antiphon.prompt.read', question.source, function(problem, prompt)
    local reason = problem and notify.describe(problem) or unreadable(prompt)
    if reason then
      return notify.error(reason)
    end
    inputs.complete(prompt.inputs, question.inputs or {}, function(values)
      local choices = question.models or prompt.models
      -- The list has the presets, and what is asked if the file names no model.
      models.list(function(result)
        choices = #choices > 0 and choices or result.default
        if #choices > 0 then
          return start(question, choices, values)
        end
        models.choose(function(chosen)
          start(vim.tbl_extend('force', question, { models = chosen }), chosen, values)
        end)
      end)
    end)
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
