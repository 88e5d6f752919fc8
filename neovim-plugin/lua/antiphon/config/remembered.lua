--- What is remembered from one Neovim to the next: the models that were asked last, line-ups that
--- the person named, and what they allowed.

local M = {}

---@class antiphon.Remembered
---@field models? string[]
---@field lineups? table<string, string[]>
---@field uvx? boolean The server may be fetched and run by uvx.

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
  -- A file that was damaged is worth no more than a missing one.
  local ok, memory = pcall(vim.json.decode, text)
  return ok and type(memory) == 'table' and memory or {}
end

--- Changes some of what is remembered. Where the file cannot be written nothing is: that must not
--- keep anyone from asking.
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
