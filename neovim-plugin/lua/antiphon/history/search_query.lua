--- What stands behind `:Antiphon search`, taken apart. Pure.

local M = {}

local LISTS = { model = 'models', provider = 'providers', role = 'roles', tag = 'tags' }
local WORDS = { since = 'since', ['until'] = 'until' }

--- Words are looked for; `model:…`, `provider:…`, `role:…`, `tag:…` (each more than once, or with
--- commas), `since:…` and `until:…` say where. Within quotes everything is looked for.
---@param text string
---@return antiphon.SearchParams
function M.parse(text)
  local found = { query = '' }
  local kept = {}
  local rest = text
  while rest ~= '' do
    local phrase, after = rest:match('^%s*("[^"]*"?)(.*)$')
    if not phrase then
      phrase, after = rest:match('^%s*([^%s]+)(.*)$')
    end
    if not phrase then
      break
    end
    local name, value = phrase:match('^(%a+):(.+)$')
    if name and LISTS[name] then
      local list = found[LISTS[name]] or {}
      found[LISTS[name]] = vim.list_extend(list, vim.split(value, ',', { trimempty = true }))
    elseif name and WORDS[name] then
      found[WORDS[name]] = value
    else
      kept[#kept + 1] = phrase
    end
    rest = after
  end
  found.query = table.concat(kept, ' ')
  return found
end

return M
