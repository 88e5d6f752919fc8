--- Completes names, inputs and steps of pipelines. Pure.

local M = {}

--- What a run can be given beside its inputs.
local FOLDERS = { 'record', 'replay' }

--- Returns the ends of the names that go on with what is typed: a name may have several words.
---@param list antiphon.PipelineEntry[]
---@param typed string all of the name so far
---@param lead string the word before the cursor
---@return string[]
function M.names(list, typed, lead)
  local words = {}
  for _, entry in ipairs(list) do
    if vim.startswith(entry.name, typed) then
      words[#words + 1] = entry.name:sub(#typed - #lead + 1)
    end
  end
  return words
end

---@param input antiphon.PromptInput
---@return string[]
local function words_of_input(input)
  local values = input.enum or { '' }
  return vim.tbl_map(function(value)
    return ('%s=%s'):format(input.name, value)
  end, values)
end

--- Returns what a run of a pipeline can be given: its inputs with their values, and folders.
---@param inputs antiphon.PromptInput[]
---@return string[]
function M.inputs(inputs)
  local words, is_input = {}, {}
  for _, input in ipairs(inputs) do
    vim.list_extend(words, words_of_input(input))
    is_input[input.name] = true
  end
  for _, name in ipairs(FOLDERS) do
    if not is_input[name] then
      words[#words + 1] = name .. '='
    end
  end
  words[#words + 1] = '--'
  return words
end

--- Returns the steps that can be given other models.
---@param steps antiphon.StepOutline[]
---@return string[]
function M.steps(steps)
  return vim.tbl_map(function(step)
    return step.id .. '='
  end, steps)
end

--- Splits the options of a run: a folder to record to or to replay, unless an input has that name.
---@param options table<string, string>
---@param inputs antiphon.PromptInput[]
---@return table<string, string> values
---@return table<string, string> folders
function M.split(options, inputs)
  local values, folders = vim.tbl_extend('force', {}, options), {}
  for _, name in ipairs(FOLDERS) do
    local is_input = vim.iter(inputs):any(function(input)
      return input.name == name
    end)
    if not is_input then
      folders[name], values[name] = values[name], nil
    end
  end
  return values, folders
end

return M
