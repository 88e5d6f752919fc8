--- The library of pipelines: finds one by its name, shows it, and changes it.

local client = require('antiphon.server.client')
local document = require('antiphon.answers.pipelines.document')
local notify = require('antiphon.ui.notify')
local select_item = require('antiphon.ui.picker.select').select

local M = {}

local WAIT_MS = 3000

---@param done fun(list: antiphon.PipelineEntry[])
---@param otherwise? fun(problem: lsp.ResponseError)
function M.list(done, otherwise)
  client.command('antiphon.pipeline.list', {}, function(problem, result)
    if problem then
      return (otherwise or notify.response_error)(problem)
    end
    done(result.pipelines)
  end)
end

--- Returns the library for completion; it waits for the server briefly.
---@return antiphon.PipelineEntry[]
function M.list_now()
  local found, is_done = {}, false
  if not client.current() and not require('antiphon.server.locate').find() then
    return found
  end
  M.list(function(list)
    found, is_done = list, true
  end, function()
    is_done = true
  end)
  vim.wait(WAIT_MS, function()
    return is_done
  end, 20)
  return found
end

---@param entry antiphon.PipelineEntry
---@return string
local function format_entry(entry)
  local graph = require('antiphon.answers.pipelines.steps').describe_graph(entry.steps)
  local about = entry.description and '  ' .. entry.description or ''
  local notes = { entry.source, not entry.approved and 'not agreed to yet' or nil }
  return ('%s%s  %s  (%s)'):format(entry.name, about, graph, table.concat(notes, ', '))
end

---@param list antiphon.PipelineEntry[]
---@param done fun(entry: antiphon.PipelineEntry)
local function choose(list, done)
  if #list == 0 then
    return notify.info('there is no pipeline yet; `:Antiphon pipeline record` makes one')
  end
  local options = { prompt = 'Antiphon pipeline', format_item = format_entry }
  select_item(list, options, function(entry)
    if entry then
      done(entry)
    end
  end)
end

--- Splits a text into the longest name or id of a pipeline that it begins with, and the rest. Pure.
---@param list antiphon.PipelineEntry[]
---@param text string
---@return antiphon.PipelineEntry[] found several may have one name
---@return string rest
function M.match(list, text)
  local found, longest = {}, 0
  for _, entry in ipairs(list) do
    for _, name in ipairs({ entry.name, entry.id }) do
      local is_start = text == name or vim.startswith(text, name .. ' ')
      if is_start and #name > longest then
        found, longest = {}, #name
      end
      if is_start and #name == longest then
        found[#found + 1] = entry
      end
    end
  end
  return found, vim.trim(text:sub(longest + 1))
end

--- Calls back with the pipeline that a text begins with, or one that the user chooses.
---@param text string
---@param done fun(entry: antiphon.PipelineEntry, rest: string)
function M.find(text, done)
  M.list(function(list)
    if text == '' then
      return choose(list, function(entry)
        done(entry, '')
      end)
    end
    local found, rest = M.match(list, text)
    if #found == 0 then
      local hint = 'there is no pipeline `%s`; `:Antiphon pipeline list` shows all'
      return notify.error(hint:format(text))
    end
    if #found == 1 then
      return done(found[1], rest)
    end
    choose(found, function(entry)
      done(entry, rest)
    end)
  end)
end

--- Shows a pipeline: the file of a folder's, or a text that can be changed and saved.
---@param text string
function M.show(text)
  M.find(text, function(entry)
    if entry.uri then
      return vim.cmd.split(vim.fn.fnameescape(vim.uri_to_fname(entry.uri)))
    end
    client.command('antiphon.pipeline.get', { pipelineId = entry.id }, function(problem, result)
      if problem then
        return notify.text_error(problem)
      end
      document.edit(result.text, entry.id)
    end)
  end)
end

--- Lists all pipelines, and shows the one that the user chooses.
function M.browse()
  M.list(function(list)
    choose(list, function(entry)
      M.show(entry.id)
    end)
  end)
end

--- Sends a command that changes a pipeline. One of a folder that was not agreed to yet is shown
--- whole first, as before a run.
---@param name string
---@param argument table
---@param agreement string what agreeing is called
---@param done fun(result: antiphon.PipelineResult)
local function change(name, argument, agreement, done)
  client.command(name, argument, function(problem, result)
    local data = problem and type(problem.data) == 'table' and problem.data or {}
    if not problem then
      return done(result)
    elseif not (data.sha256 and data.text) or argument.approve == data.sha256 then
      return notify.text_error(problem)
    end
    local prompt = ('This pipeline is new here, or it has changed. %s?'):format(agreement)
    document.agree(data.text, { agreement, 'Leave it' }, prompt, function()
      local agreed = vim.tbl_extend('force', argument, { approve = data.sha256 })
      change(name, agreed, agreement, done)
    end)
  end)
end

---@param entry antiphon.PipelineEntry
---@param name string
local function rename(entry, name)
  local argument = { pipelineId = entry.id, name = name }
  change('antiphon.pipeline.rename', argument, 'Rename it', function(result)
    notify.info(('the pipeline is called %s'):format(result.pipeline.name))
  end)
end

--- Renames a pipeline: `{name} {new name}`.
---@param text string
function M.rename(text)
  M.find(text, function(entry, rest)
    if rest ~= '' then
      return rename(entry, rest)
    end
    vim.ui.input({ prompt = 'Name: ', default = entry.name }, function(name)
      if name and vim.trim(name) ~= '' then
        rename(entry, vim.trim(name))
      end
    end)
  end)
end

--- Saves a copy of a pipeline: `{name} [{new name}]`.
---@param text string
function M.duplicate(text)
  M.find(text, function(entry, rest)
    local argument = { pipelineId = entry.id, name = rest ~= '' and rest or nil }
    change('antiphon.pipeline.duplicate', argument, 'Copy it', function(result)
      notify.info(('the copy is called %s'):format(result.pipeline.name))
    end)
  end)
end

--- Deletes a pipeline, after confirmation.
---@param text string
function M.delete(text)
  M.find(text, function(entry)
    local prompt = ('Delete the pipeline "%s" for good?'):format(entry.name)
    select_item({ 'Keep it', 'Delete it' }, { prompt = prompt }, function(_, index)
      if index ~= 2 then
        return
      end
      client.command('antiphon.pipeline.delete', { pipelineId = entry.id }, function(problem)
        if problem then
          return notify.text_error(problem)
        end
        notify.info(('"%s" is deleted'):format(entry.name))
      end)
    end)
  end)
end

return M
