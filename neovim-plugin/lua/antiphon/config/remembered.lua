--- Stores what one Neovim remembers for the next: the models that were asked last, named line-ups,
--- presets, the last runs of pipelines, and consent.

local M = {}

---@class antiphon.Remembered
---@field models? string[]
---@field lineups? table<string, string[]>
---@field presets? table<string, antiphon.Preset>
---@field runs? antiphon.RememberedRun[] The newest first.
---@field uvx? boolean The server may be fetched and run by uvx.

---@class antiphon.RememberedRun
---@field id string
---@field name string
---@field status string
---@field at integer seconds since 1970

---@return string
local function path()
  return vim.fs.joinpath(vim.fn.stdpath('state') --[[@as string]], 'antiphon', 'memory.json')
end

---@return antiphon.Remembered
function M.read()
  local file = io.open(path(), 'r')
  if not file then
    return {}
  end
  local text = file:read('*a')
  file:close()
  -- A damaged file is treated like a missing one.
  local ok, memory = pcall(vim.json.decode, text)
  return ok and type(memory) == 'table' and memory or {}
end

--- Updates some of the remembered values. If the file is not writable they are lost, which must not
--- stop a question.
---@param changes antiphon.Remembered
function M.update(changes)
  local memory = vim.tbl_extend('force', M.read(), changes)
  vim.fn.mkdir(vim.fs.dirname(path()), 'p')
  local file = io.open(path(), 'w')
  if file then
    file:write(vim.json.encode(memory))
    file:close()
  end
end

return M
