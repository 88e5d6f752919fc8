--- Names panes that wait for their first answer, as the server will name them. Pure.

local M = {}

---@param model string
---@return string name
---@return string|nil provider
local function split(model)
  local provider, name = model:match('^([^/]+)/(.+)$')
  return name or model, provider
end

--- Returns distinct titles for new panes of models: a name that two providers share carries the
--- provider, as `gpt-5@azure`, and a model that is asked twice a number, as `gpt-5#2`.
---@param models string[]
---@return string[]
function M.of_models(models)
  local models_by_name, used = {}, {}
  for _, model in ipairs(models) do
    local name = split(model)
    models_by_name[name] = models_by_name[name] or {}
    models_by_name[name][model] = true
  end
  return vim.tbl_map(function(model)
    local name, provider = split(model)
    local is_shared = vim.tbl_count(models_by_name[name]) > 1
    local title = is_shared and provider and ('%s@%s'):format(name, provider) or name
    used[title] = (used[title] or 0) + 1
    return used[title] == 1 and title or ('%s#%d'):format(title, used[title])
  end, models)
end

return M
