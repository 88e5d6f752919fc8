--- Turns other tools' prompts into prompt files, and prompt files into theirs.

local client = require('antiphon.server.client')
local document = require('antiphon.ask.prompts.document')
local files = require('antiphon.config.files')
local notify = require('antiphon.ui.notify')

local M = {}

--- What each format is called in a list. `llm` and VS Code's are only read.
---@type { format: antiphon.PromptFormat, about: string, is_written: boolean }[]
local FORMATS = {
  { format = 'prompt.yml', about = 'GitHub Models', is_written = true },
  { format = 'skill.md', about = 'agent skill', is_written = true },
  { format = 'promptfoo', about = 'promptfoo', is_written = true },
  { format = 'prompt.md', about = 'VS Code', is_written = false },
  { format = 'llm', about = 'template of llm', is_written = false },
}

--- File names by which a format is recognised, the first that matches.
---@type { [1]: string, [2]: antiphon.PromptFormat }[]
local NAMES = {
  { '%.prompt%.md$', 'prompt.md' },
  { '^skill%.md$', 'skill.md' },
  { '%.prompt%.ya?ml$', 'prompt.yml' },
  { '^promptfoo.*%.ya?ml$', 'promptfoo' },
}

--- Returns the format that a file's name belongs to. Pure.
---@param path string
---@return antiphon.PromptFormat|nil
function M.of_name(path)
  local name = vim.fs.basename(path):lower()
  for _, each in ipairs(NAMES) do
    if name:find(each[1]) then
      return each[2]
    end
  end
end

--- Removes a format from the end of a text, if there is one. Pure.
---@param text string
---@return string rest
---@return antiphon.PromptFormat|nil
function M.split(text)
  local rest, last = text:match('^(.-)%s*(%S+)$')
  for _, each in ipairs(FORMATS) do
    if last and each.format == last then
      return rest, each.format
    end
  end
  return text, nil
end

--- Returns the names of formats. Pure.
---@param is_written? boolean only those that can be written
---@return antiphon.PromptFormat[]
function M.names(is_written)
  local list = vim.tbl_filter(function(each)
    return not is_written or each.is_written
  end, FORMATS)
  return vim.tbl_map(function(each)
    return each.format
  end, list)
end

--- Says what a conversion left out or only keeps, a line each. Pure.
---@param ignored antiphon.IgnoredField[]
---@param is_import boolean
---@return string[]
function M.notes(ignored, is_import)
  local unknown = is_import and 'is kept, and does nothing here' or 'has no place in that format'
  return vim.tbl_map(function(each)
    local what = each.reason == 'runs' and 'would run or read something, and does not' or unknown
    return ('line %d: `%s` %s'):format(each.line, each.key, what)
  end, ignored)
end

---@param ignored antiphon.IgnoredField[]
---@param is_import boolean
local function report(ignored, is_import)
  if #ignored > 0 then
    notify.warn(table.concat(M.notes(ignored, is_import), '\n'))
  end
end

---@param prompt string
---@param is_written boolean
---@param done fun(format: antiphon.PromptFormat)
local function choose(prompt, is_written, done)
  local list = vim.tbl_filter(function(each)
    return not is_written or each.is_written
  end, FORMATS)
  local options = {
    prompt = prompt,
    format_item = function(each)
      return ('%s  (%s)'):format(each.format, each.about)
    end,
  }
  require('antiphon.ui.picker.select').select(list, options, function(each)
    if each then
      done(each.format)
    end
  end)
end

---@param prompt string
---@param done fun(path: string)
local function ask_for_path(prompt, done)
  vim.ui.input({ prompt = prompt, completion = 'file' }, function(answer)
    if answer and vim.trim(answer) ~= '' then
      done(vim.trim(answer))
    end
  end)
end

---@param path string
---@param format antiphon.PromptFormat
local function import(path, format)
  local text = files.read(path)
  if not text then
    return notify.error(('%s cannot be read'):format(path))
  end
  local argument = { text = text, format = format }
  client.command('antiphon.prompt.import', argument, function(problem, result)
    if problem then
      return notify.text_error(problem)
    end
    require('antiphon.ask.prompts.library').write_new(files.full_path(path), result.text)
    report(result.ignored, true)
    notify.hint('`:w` saves this prompt')
  end)
end

--- Opens another tool's file as a prompt file that `:w` saves: `{file} [{format}]`.
---@param text string
function M.import(text)
  local path, format = M.split(text)
  if path == '' then
    return ask_for_path('Import from: ', M.import)
  end
  format = format or M.of_name(path)
  if format then
    return import(path, format)
  end
  choose('Which tool is this prompt of?', false, function(chosen)
    import(path, chosen)
  end)
end

---@param buffer integer
---@param path string
---@param format antiphon.PromptFormat
---@param may_replace boolean
local function export(buffer, path, format, may_replace)
  local argument = { text = document.source(buffer).text, format = format }
  client.command('antiphon.prompt.export', argument, function(problem, result)
    if problem then
      return notify.text_error(problem)
    end
    local reason = files.write(path, result.text, may_replace)
    if reason then
      return notify.error(reason)
    end
    report(result.ignored, false)
    notify.info(('written to %s'):format(path))
  end)
end

--- Writes the prompt of a buffer in another tool's format: `{file} [{format}]`.
---@param buffer integer
---@param text string
---@param may_replace boolean
function M.export(buffer, text, may_replace)
  if vim.bo[buffer].filetype ~= 'antiphon' then
    return notify.error('this buffer is no prompt file; `:Antiphon! prompt` opens one')
  end
  local path, format = M.split(text)
  if path == '' then
    return ask_for_path('Export to: ', function(answer)
      M.export(buffer, format and answer .. ' ' .. format or answer, may_replace)
    end)
  end
  format = format or M.of_name(path)
  if format then
    return export(buffer, path, format, may_replace)
  end
  choose('In which format?', true, function(chosen)
    export(buffer, path, chosen, may_replace)
  end)
end

return M
