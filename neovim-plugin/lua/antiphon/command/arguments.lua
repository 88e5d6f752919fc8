--- Parses the arguments of `:Antiphon` subcommands. Pure.

local M = {}

---@class antiphon.AskArguments
---@field models string[] Model ids and line-ups.
---@field files string[]
---@field params table<string, string|number>
---@field prompt string|nil
---@field is_divided boolean It has a `--`.

---@param text string
---@return string before
---@return string|nil after what follows a separate `--`
local function split_prompt(text)
  local from, to = (' ' .. text .. ' '):find('%s%-%-%s')
  if not from then
    return text, nil
  end
  local after = vim.trim((' ' .. text .. ' '):sub(to + 1))
  return (' ' .. text):sub(1, from), after ~= '' and after or nil
end

---@param word string
---@param found antiphon.AskArguments
---@return boolean
local function parse_option(word, found)
  local name, value = word:match('^(%a[%w_]*)=(.+)$')
  if not name then
    return false
  elseif name == 'file' then
    found.files[#found.files + 1] = value
  else
    found.params[name] = tonumber(value) or value
  end
  return true
end

--- Parses `[model|line-up|file=path|param=value]… [-- prompt]`. Without `--` only words of the form
--- `provider/model` are models, and the prompt starts with the first other word.
---@param text string
---@return antiphon.AskArguments
function M.parse_ask(text)
  local found = { models = {}, files = {}, params = {}, is_divided = false }
  local before, prompt = split_prompt(text)
  found.prompt = prompt
  local is_divided = before ~= text
  found.is_divided = is_divided
  local rest = vim.trim(before)
  while rest ~= '' do
    local word, after = rest:match('^(%S+)%s*(.*)$')
    local is_model = is_divided or word:find('^[%w._-]+/[%w._:/@-]*$')
    if not parse_option(word, found) then
      if not is_model then
        found.prompt = rest
        break
      end
      found.models[#found.models + 1] = word
    end
    rest = after
  end
  return found
end

---@class antiphon.ReplyArguments
---@field target "here"|"all"|"some"
---@field prompt string|nil

--- Parses `[all|some] [-- prompt]`, or a prompt alone.
---@param text string
---@return antiphon.ReplyArguments
function M.parse_reply(text)
  local before, prompt = split_prompt(text)
  local word = vim.trim(before)
  if word == 'all' or word == 'some' then
    return { target = word, prompt = prompt }
  elseif prompt and word == '' then
    return { target = 'here', prompt = prompt }
  end
  text = vim.trim(text)
  return { target = 'here', prompt = text ~= '' and text or nil }
end

---@class antiphon.ParsedArguments
---@field words string[]
---@field options table<string, string> Those of the form `name=value`.
---@field prompt string|nil What follows `--`.

--- Parses `[word|name=value]… [-- prompt]`.
---@param text string
---@return antiphon.ParsedArguments
function M.parse(text)
  local before, prompt = split_prompt(text)
  local found = { words = {}, options = {}, prompt = prompt }
  for word in before:gmatch('%S+') do
    local name, value = word:match('^(%a[%w_]*)=(.+)$')
    if name then
      found.options[name] = value
    else
      found.words[#found.words + 1] = word
    end
  end
  return found
end

--- Removes and returns the first of `words` that is one of `wanted`.
---@param words string[]
---@param wanted string[]
---@return string|nil
function M.pop_word(words, wanted)
  for index, word in ipairs(words) do
    if vim.list_contains(wanted, word) then
      return table.remove(words, index)
    end
  end
end

return M
