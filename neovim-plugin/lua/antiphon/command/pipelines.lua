--- The subcommand of `:Antiphon` on pipelines.

local arguments = require('antiphon.command.arguments')

local function library()
  return require('antiphon.answers.pipelines.library')
end

local function pipelines()
  return require('antiphon.answers.pipelines')
end

local function sharing()
  return require('antiphon.answers.pipelines.sharing')
end

--- Parses `[input=value]… [-- step=model…]`.
---@param text string
---@return antiphon.PipelineQuestion
local function parse_run(text)
  local parsed, models = arguments.parse(text), {}
  for step, model in (parsed.prompt or ''):gmatch('([%w_.-]+)=(%S+)') do
    models[step] = model
  end
  return { inputs = parsed.options, models = models }
end

---@return boolean
local function is_pipeline_here()
  return vim.bo.filetype == 'antiphon-pipeline'
end

---@param text string
local function run(text)
  local first = text:match('^%S*') or ''
  local names_none = first == '' or first == '--' or first:find('=', 1, true) ~= nil
  if names_none and is_pipeline_here() then
    return pipelines().run_buffer(vim.api.nvim_get_current_buf(), parse_run(text))
  end
  library().find(names_none and '' or text, function(entry, rest)
    pipelines().run(entry.id, parse_run(names_none and text or rest))
  end)
end

--- Parses `[name] [-- input=text | input=text…]`.
---@param text string
---@return string name
---@return antiphon.RecordedInput[] inputs
local function parse_record(text)
  local parsed, inputs = arguments.parse(text), {}
  for _, part in ipairs(vim.split(parsed.prompt or '', ' | ', { plain = true })) do
    local name, value = part:match('^%s*(%a[%w_-]*)=(.-)%s*$')
    if name then
      inputs[#inputs + 1] = { name = name, text = value }
    end
  end
  return table.concat(parsed.words, ' '), inputs
end

---@param text string
local function record(text)
  local name, inputs = parse_record(text)
  local here = require('antiphon.panes').current_session()
  if here then
    return sharing().record(here, name, inputs)
  end
  require('antiphon.history.sessions').pick(function(session)
    sharing().record(session.id, name, inputs)
  end)
end

--- Actions by name; each gets the rest of the command line and whether it had a `!`.
---@type table<string, fun(text: string, bang: boolean)>
local ACTIONS = {
  run = run,
  record = record,
  stop = function()
    pipelines().stop()
  end,
  resume = function(text)
    pipelines().resume(text ~= '' and text or nil)
  end,
  list = function()
    library().browse()
  end,
  show = function(text)
    library().show(text)
  end,
  rename = function(text)
    library().rename(text)
  end,
  duplicate = function(text)
    library().duplicate(text)
  end,
  delete = function(text)
    library().delete(text)
  end,
  export = function(text, bang)
    sharing().export(text, bang)
  end,
  import = function(text)
    sharing().import(text)
  end,
  drift = function(text)
    require('antiphon.answers.pipelines.drift').open(arguments.parse(text).words)
  end,
}

local NAMED = { 'run', 'show', 'rename', 'duplicate', 'delete', 'export' }

---@return string[]
local function action_names()
  local names = vim.tbl_keys(ACTIONS)
  table.sort(names)
  return names
end

--- Completes a folder or the model of a step behind its name, `record=` or `sum=`.
---@param lead string
---@param is_divided boolean behind the `--`
---@return string[]|nil
local function complete_value(lead, is_divided)
  local name, value = lead:match('^([%w_.-]+)=(.*)$')
  local function with_name(word)
    return ('%s=%s'):format(name, word)
  end
  if is_divided and name then
    return vim.tbl_map(with_name, require('antiphon.ask.models').completions())
  elseif name == 'record' or name == 'replay' then
    return vim.tbl_map(with_name, vim.fn.getcompletion(value, 'dir'))
  end
end

---@param action string
---@param lead string
---@param rest string what is typed behind the action
---@return string[]
local function complete_named(action, lead, rest)
  local words, list = require('antiphon.answers.pipelines.words'), library().list_now()
  local found = library().match(list, rest)[1]
  if action ~= 'run' or not found or not vim.startswith(rest, found.name .. ' ') then
    return words.names(list, rest, lead)
  end
  local is_divided = rest:find(' -- ', 1, true) ~= nil
  local more = is_divided and words.steps(found.steps) or words.inputs(found.inputs)
  return complete_value(lead, is_divided) or vim.list_extend(words.names(list, rest, lead), more)
end

---@param lead string
---@param line string
---@return string[]
local function complete(lead, line)
  local action, rest = line:match('pipeline%s+(%S+)%s+(.*)$')
  if not action then
    return action_names()
  elseif action == 'import' or (action == 'export' and rest:find('%s')) then
    return vim.fn.getcompletion(lead, 'file')
  elseif action == 'drift' or action == 'resume' then
    return vim.tbl_map(function(each)
      return each.id
    end, require('antiphon.answers.pipelines.drift').runs())
  elseif vim.list_contains(NAMED, action) then
    return complete_named(action, lead, rest)
  end
  return {}
end

---@type table<string, antiphon.Subcommand>
return {
  pipeline = {
    about = 'run, record, change and share pipelines',
    run = function(text, invoked)
      local word, rest = text:match('^(%S*)%s*(.-)$')
      if word == '' then
        return library().browse()
      elseif not ACTIONS[word] then
        local known = table.concat(action_names(), ', ')
        return require('antiphon.ui.notify').error(
          ('there is no `%s`; there are %s'):format(word, known)
        )
      end
      ACTIONS[word](rest, invoked.bang)
    end,
    complete = complete,
  },
}
