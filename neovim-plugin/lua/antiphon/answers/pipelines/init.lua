--- Runs pipelines: inputs are asked for, each answer gets a pane, and the steps are shown below.

local client = require('antiphon.server.client')
local document = require('antiphon.answers.pipelines.document')
local files = require('antiphon.config.files')
local grid = require('antiphon.layout.grid')
local inputs = require('antiphon.ask.prompts.inputs')
local notify = require('antiphon.ui.notify')
local panes = require('antiphon.panes')
local remembered = require('antiphon.config.remembered')
local run = require('antiphon.ask.run')
local views = require('antiphon.answers.pipelines.view')
local words = require('antiphon.answers.pipelines.words')

local M = {}

local MOST_RUNS = 20

--- The run that was started last in this Neovim.
---@type antiphon.PipelineView|nil
local last

---@class antiphon.PipelineQuestion
---@field inputs? table<string, string> With `record` or `replay`, and a folder, too.
---@field models? table<string, string> Other models, by a step or one of its panes.

---@param view antiphon.PipelineView
---@param result antiphon.PipelineRunResult
local function remember(view, result)
  local runs = vim.tbl_filter(function(each)
    return each.id ~= result.runId
  end, remembered.read().runs or {})
  local this = { id = result.runId, name = view.name, status = result.status, at = os.time() }
  table.insert(runs, 1, this)
  remembered.update({ runs = vim.list_slice(runs, 1, MOST_RUNS) })
end

--- Opens a pane beside those of the same run; the focus stays where the user is.
---@param first antiphon.PaneView|nil the first pane of the run
---@param view antiphon.PipelineView
---@param info antiphon.Pane
---@return antiphon.PaneView
local function open_pane(first, view, info)
  local pane = panes.new(info.model, info.title)
  local window = vim.api.nvim_get_current_win()
  if first and grid.focus(first) then
    grid.open_below({ pane })
    vim.api.nvim_set_current_win(window)
  else
    grid.open({ pane })
    view:open()
  end
  return pane
end

---@param argument antiphon.PipelineRunParams
---@param view antiphon.PipelineView
local function start(argument, view)
  local shown = {}
  last = view
  argument.confirmAbove = tostring(require('antiphon.config').get().confirm_above)
  function view.stop()
    M.stop(view)
  end
  function view.resume()
    M.resume(view.run_id)
  end
  run.start('antiphon.pipeline.run', argument, shown, {
    make_pane = function(info)
      return open_pane(shown[1], view, info)
    end,
    on_step = function(step, run_id)
      view.run_id = run_id
      view:update(step)
    end,
    on_failure = function(problem)
      view.status = 'failed'
      view:draw()
      notify.text_error(problem)
    end,
    on_result = function(result)
      view.run_id, view.status = result.runId, result.status
      vim.iter(result.steps):each(function(step)
        view:update(step)
      end)
      if not view.was_opened then
        view:open()
      end
      remember(view, result)
    end,
  })
end

---@param result antiphon.PipelineResult
---@param argument antiphon.PipelineRunParams
---@param question antiphon.PipelineQuestion
local function run_result(result, argument, question)
  local declared = result.pipeline.inputs
  local given, folders = words.split(question.inputs or {}, declared)
  argument.record = folders.record and files.full_path(folders.record)
  argument.replay = folders.replay and files.full_path(folders.replay)
  inputs.complete(declared, given, function(values)
    argument.inputs = next(values) and values or nil
    argument.models = question.models and next(question.models) and question.models or nil
    start(argument, views.new(result.pipeline.name, result.graph))
  end)
end

--- Runs a pipeline of the library. One of a folder is shown whole before it first runs.
---@param pipeline_id string
---@param question antiphon.PipelineQuestion
function M.run(pipeline_id, question)
  local argument = { pipelineId = pipeline_id }
  client.command('antiphon.pipeline.get', argument, function(problem, result)
    if problem then
      return notify.text_error(problem)
    elseif result.approved then
      return run_result(result, argument, question)
    end
    local prompt = 'This pipeline is new here, or it has changed. Run it?'
    document.agree(
      result.text .. (result.settings or ''),
      { 'Run it', 'Do not run it' },
      prompt,
      function()
        argument.approve = result.pipeline.sha256
        run_result(result, argument, question)
      end
    )
  end)
end

--- Runs the pipeline of a buffer as it is written there, saved or not.
---@param buffer integer
---@param question antiphon.PipelineQuestion
function M.run_buffer(buffer, question)
  local source = require('antiphon.ask.prompts.document').source(buffer)
  local preview = { text = source.text, preview = true }
  client.command('antiphon.pipeline.import', preview, function(problem, result)
    if problem then
      return notify.text_error(problem)
    elseif #result.pipelines ~= 1 then
      return notify.error('a bundle is imported, and its pipelines run from the library')
    end
    local is_file = vim.bo[buffer].buftype == ''
    local argument = { pipeline = source.text, uri = is_file and source.uri or nil }
    run_result(result.pipelines[1], argument, question)
  end)
end

--- Stops a run and all of its answers.
---@param view? antiphon.PipelineView by default that of the last run
function M.stop(view)
  view = view or last
  if not view or view.status ~= 'running' or not view.run_id then
    return notify.info('no pipeline is running')
  end
  client.command('antiphon.cancel', { runId = view.run_id }, function(problem)
    if problem then
      notify.response_error(problem)
    end
  end)
end

--- Goes on with a run: complete answers are kept, and the others are asked for again.
---@param run_id string|nil by default the last run
function M.resume(run_id)
  local newest = (remembered.read().runs or {})[1]
  local known = last and (run_id == nil or last.run_id == run_id) and last or nil
  run_id = run_id or (known and known.run_id) or (newest and newest.id)
  if not run_id then
    return notify.info('there is no run to go on with; `:Antiphon pipeline run` starts one')
  elseif known and known.status == 'running' then
    return notify.info('the pipeline is still running; stop it first or wait')
  end
  local graph = known and known.steps or {}
  start({ resume = run_id }, views.new(known and known.name or 'pipeline', graph))
end

return M
