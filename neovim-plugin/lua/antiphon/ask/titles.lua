--- Names panes that wait for their first answer, as the server will name them. Pure.

local M = {}

---@alias antiphon.Choosable string|antiphon.ModelChoice

---@class antiphon.NamedModel
---@field model string
---@field title string

local MOST_PRESETS_IN_A_ROW = 10

---@param model string
---@return string name
---@return string|nil provider
local function split(model)
  local provider, name = model:match('^([^/]+)/(.+)$')
  return name or model, provider
end

--- Follows presets to the model that is asked.
---@param entry antiphon.Choosable
---@param presets table<string, antiphon.Preset>
---@return string model
---@return string|nil title if the entry or a preset gives one
local function resolve(entry, presets)
  local model = type(entry) == 'table' and entry.model or entry --[[@as string]]
  local title = type(entry) == 'table' and entry.title or nil
  for _ = 1, MOST_PRESETS_IN_A_ROW do
    local name = model:match('^@(.+)$')
    local preset = name and presets[name]
    if not preset then
      break
    end
    model, title = preset.model, title or preset.title or name
  end
  return model, title
end

---@param models string[]
---@return table<string, table<string, true>>
local function group_by_name(models)
  local models_by_name = {}
  for _, model in ipairs(models) do
    local name = split(model)
    models_by_name[name] = models_by_name[name] or {}
    models_by_name[name][model] = true
  end
  return models_by_name
end

--- Returns how a model, a preset or an entry of a line-up is written in a list.
---@param entry antiphon.Choosable
---@return string
function M.label(entry)
  return type(entry) == 'table' and (entry.title or entry.model) or entry --[[@as string]]
end

--- Returns what new panes of models and presets are called: a name that two providers share carries
--- the provider, as `gpt-5@azure`, and what is asked twice a number, as `gpt-5#2`.
---@param entries antiphon.Choosable[]
---@param presets? table<string, antiphon.Preset>
---@return antiphon.NamedModel[]
function M.of_choices(entries, presets)
  local resolved, untitled, used = {}, {}, {}
  for index, entry in ipairs(entries) do
    local model, title = resolve(entry, presets or {})
    resolved[index] = { model = model, title = title }
    untitled[#untitled + 1] = not title and model or nil
  end
  local models_by_name = group_by_name(untitled)
  for _, each in ipairs(resolved) do
    if not each.title then
      local name, provider = split(each.model)
      local is_shared = vim.tbl_count(models_by_name[name]) > 1
      each.title = is_shared and provider and ('%s@%s'):format(name, provider) or name
    end
    used[each.title] = (used[each.title] or 0) + 1
    local count = used[each.title]
    each.title = count == 1 and each.title or ('%s#%d'):format(each.title, count)
  end
  return resolved
end

--- Returns distinct titles for new panes of models.
---@param models string[]
---@return string[]
function M.of_models(models)
  return vim.tbl_map(function(each)
    return each.title
  end, M.of_choices(models))
end

return M
