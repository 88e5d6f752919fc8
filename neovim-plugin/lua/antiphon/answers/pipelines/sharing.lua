--- Writes sessions down as pipelines, and exports and imports pipelines as files.

local client = require('antiphon.server.client')
local document = require('antiphon.answers.pipelines.document')
local files = require('antiphon.config.files')
local library = require('antiphon.answers.pipelines.library')
local notify = require('antiphon.ui.notify')

local M = {}

---@param prompt string
---@param done fun(path: string)
local function ask_for_path(prompt, done)
  vim.ui.input({ prompt = prompt, completion = 'file' }, function(answer)
    if answer and vim.trim(answer) ~= '' then
      done(vim.trim(answer))
    end
  end)
end

---@param entry antiphon.PipelineEntry
---@param path string
---@param may_replace boolean
local function export(entry, path, may_replace)
  client.command('antiphon.pipeline.export', { pipelineId = entry.id }, function(problem, result)
    if problem then
      return notify.text_error(problem)
    end
    local reason = files.write(path, result.text, may_replace)
    if reason then
      return notify.error(reason)
    end
    notify.info(('written to %s'):format(path))
  end)
end

--- Exports a pipeline: `{name} [{file}]`.
---@param text string
---@param may_replace boolean
function M.export(text, may_replace)
  library.find(text, function(entry, rest)
    if rest ~= '' then
      return export(entry, rest, may_replace)
    end
    ask_for_path('Export to: ', function(path)
      export(entry, path, may_replace)
    end)
  end)
end

---@param text string
---@param seen antiphon.PipelineImportResult what the user has agreed to
local function save_import(text, seen)
  local argument = { text = text, sha256 = seen.sha256 }
  client.command('antiphon.pipeline.import', argument, function(problem, result)
    if problem then
      return notify.text_error(problem)
    end
    local names = vim.tbl_map(function(each)
      return each.pipeline.name
    end, result.pipelines)
    notify.info('imported: ' .. table.concat(names, ', '))
  end)
end

--- Imports pipelines from a file, once the user has seen all of it and agrees.
---@param path string asked for if empty
function M.import(path)
  if path == '' then
    return ask_for_path('Import from: ', M.import)
  end
  local text = files.read(path)
  if not text then
    return notify.error(('%s cannot be read'):format(path))
  end
  client.command(
    'antiphon.pipeline.import',
    { text = text, preview = true },
    function(problem, seen)
      if problem then
        return notify.text_error(problem)
      end
      local count = #seen.pipelines
      local what = count == 1 and 'this pipeline' or ('these %d pipelines'):format(count)
      document.agree(text, { 'Save', 'Do not save' }, ('Save %s?'):format(what), function()
        save_import(text, seen)
      end)
    end
  )
end

--- Writes a session down as a pipeline, in a buffer that `:write` saves.
---@param session_id string
---@param name string by default the session's title
---@param inputs antiphon.RecordedInput[] texts that become inputs
function M.record(session_id, name, inputs)
  local argument = {
    sessionId = session_id,
    name = name ~= '' and name or nil,
    inputs = inputs[1] and inputs or nil,
  }
  client.command('antiphon.pipeline.record', argument, function(problem, result)
    if problem then
      return notify.text_error(problem)
    end
    document.edit(result.text)
    for _, note in ipairs(result.notes) do
      notify.warn(note)
    end
    notify.info('`:w` saves this pipeline')
  end)
end

return M
