--- Reads and writes whole files.

local M = {}

local PRIVATE = 384 -- 0600: nobody but the user reads what was exported

---@param path string
---@return string full
function M.full_path(path)
  return vim.fs.normalize(vim.fn.fnamemodify(path, ':p'))
end

--- Returns the text of a file, or nil if it cannot be read.
---@param path string
---@return string|nil
function M.read(path)
  local file = io.open(M.full_path(path), 'rb')
  local text = file and file:read('*a')
  if file then
    file:close()
  end
  return text
end

--- Writes a file that only the user can read; one that exists only with `may_replace`.
---@param path string
---@param text string
---@param may_replace boolean
---@return string|nil problem a message for the user
function M.write(path, text, may_replace)
  local file, problem = vim.uv.fs_open(M.full_path(path), may_replace and 'w' or 'wx', PRIVATE)
  if not file then
    local exists = problem and problem:find('EEXIST')
    return exists and ('%s is there already; `:Antiphon!` replaces it'):format(path) or problem
  end
  local _, failure = vim.uv.fs_write(file, text)
  vim.uv.fs_close(file)
  return failure
end

return M
