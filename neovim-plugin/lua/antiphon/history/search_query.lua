--- Parses the arguments of `:Antiphon search`. Pure.

local M = {}

local LISTS = { model = 'models', provider = 'providers', role = 'roles', tag = 'tags' }
local WORDS = { since = 'since', ['until'] = 'until' }

--- Parses words and filters: `model:…`, `provider:…`, `role:…`, `tag:…` (repeated, or with commas),
--- `since:…` and `until:…`. Within quotes everything is searched for.
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
