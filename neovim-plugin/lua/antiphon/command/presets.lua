--- The subcommand of `:Antiphon` on presets.

local arguments = require('antiphon.command.arguments')

local ACTIONS = { 'delete', 'rename', 'save' }

local function presets()
  return require('antiphon.server.presets')
end

--- Returns what the composer here asks, if it is one model.
---@return { model?: string, params?: antiphon.Params, system?: string }
local function composer_here()
  local composer = require('antiphon.ask.composer.state').all[vim.api.nvim_get_current_buf()]
  if not composer or #(composer.models or {}) ~= 1 then
    return {}
  end
  local params = vim.deepcopy(composer.params)
  local system = params.system
  params.system = nil
  local model = composer.models[1]
  return { model = type(model) == 'string' and model or nil, params = params, system = system }
end

--- Saves `{name} [{model}] [{param}={value}…] [-- {system prompt}]`.
---@param text string
local function save(text)
  local parsed, here = arguments.parse(text), composer_here()
  local name, model = parsed.words[1], parsed.words[2] or here.model
  if not name or not model then
    return require('antiphon.ui.notify').error(
      'a preset has a name and a model: `:Antiphon preset save careful openai/gpt-5`'
    )
  end
  local params = vim.tbl_extend(
    'force',
    here.params or {},
    vim.tbl_map(function(value)
      return tonumber(value) or value
    end, parsed.options)
  )
  presets().save((name:gsub('^@', '')), {
    model = model,
    params = next(params) and params or nil,
    system = parsed.prompt or here.system,
  })
end

---@param action "rename"|"delete"
---@param words string[]
local function change(action, words)
  local name, new = (words[1] or ''):gsub('^@', ''), (words[2] or ''):gsub('^@', '')
  if name == '' then
    return require('antiphon.ui.notify').error(('`preset %s` needs a name'):format(action))
  elseif action == 'delete' then
    presets().delete(name)
  elseif new ~= '' then
    presets().rename(name, new)
  else
    presets().ask_to_rename(name, function() end)
  end
end

---@return string[]
local function saved_names()
  local names = vim.tbl_keys(presets().saved())
  table.sort(names)
  return names
end

---@type table<string, antiphon.Subcommand>
return {
  preset = {
    about = 'save, rename and delete presets: @name for a model',
    run = function(text)
      local action, rest = text:match('^(%S*)%s*(.-)$')
      if action == 'save' then
        return save(rest)
      elseif action == 'rename' or action == 'delete' then
        return change(action, arguments.parse(rest).words)
      end
      require('antiphon.ui.notify').error(
        'there is `preset save`, `preset rename` and `preset delete`'
      )
    end,
    complete = function(_, line)
      local action, rest = line:match('preset%s+(%S+)%s+(.*)$')
      if not action then
        return ACTIONS
      elseif action == 'save' and rest:find('%s') then
        return require('antiphon.ask.models').completions()
      end
      return saved_names()
    end,
  },
}
