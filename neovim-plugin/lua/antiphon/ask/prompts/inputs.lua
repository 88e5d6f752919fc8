--- Asks the user for the inputs of a prompt file or a pipeline.

local notify = require('antiphon.ui.notify')

local M = {}

---@param input antiphon.PromptInput
---@param done fun(value: string|nil)
local function ask_for(input, done)
  local about = input.description and ('%s (%s)'):format(input.name, input.description)
  local prompt = about or input.name
  if input.enum then
    return require('antiphon.ui.picker.select').select(input.enum, { prompt = prompt }, done)
  end
  vim.ui.input({ prompt = prompt .. ': ', default = input.default }, done)
end

--- Returns the inputs that a run needs and that have no value yet. Pure.
---@param inputs antiphon.PromptInput[]
---@param given table<string, string>
---@return antiphon.PromptInput[]
function M.missing(inputs, given)
  return vim.tbl_filter(function(input)
    return input.required and given[input.name] == nil
  end, inputs)
end

--- Asks for what is missing, one after the other, and calls back with all values.
---@param inputs antiphon.PromptInput[]
---@param given table<string, string>
---@param done fun(values: table<string, string>)
---@param declined? fun() called if the user leaves one of them
function M.complete(inputs, given, done, declined)
  local values = vim.tbl_extend('force', {}, given)
  local missing = M.missing(inputs, given)
  local function go_on(index)
    local input = missing[index]
    if not input then
      return done(values)
    end
    ask_for(input, function(value)
      if value == nil then
        notify.info(('nothing was sent: the input `%s` has no value'):format(input.name))
        return declined and declined()
      end
      values[input.name] = value
      go_on(index + 1)
    end)
  end
  go_on(1)
end

return M
