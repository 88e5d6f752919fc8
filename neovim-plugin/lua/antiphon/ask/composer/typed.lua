--- Tells a write that the user typed from one that a plugin, `:wall` or another buffer caused.
---
--- `BufWriteCmd` is fired for all of them, and only a typed one sends a prompt. The command line is
--- read when it is left, and forgotten once its command has run.

local M = {}

--- Commands that write one buffer, by the names that `nvim_parse_cmd` gives them.
local WRITES = { write = true, update = true, wq = true, xit = true, exit = true }

---@class antiphon.TypedCommand
---@field buffer integer the buffer in which it was typed
---@field writes boolean

---@type antiphon.TypedCommand|nil
local typed

---@param line string
---@return boolean
local function is_write(line)
  local ok, parsed = pcall(vim.api.nvim_parse_cmd, line, {})
  return ok and WRITES[parsed.cmd] == true
end

--- Notes every command that is typed from now on.
function M.watch()
  vim.api.nvim_create_autocmd('CmdlineLeave', {
    group = vim.api.nvim_create_augroup('antiphon_typed', {}),
    pattern = ':',
    callback = function()
      if vim.v.event.abort then
        return
      end
      local this = {
        buffer = vim.api.nvim_get_current_buf(),
        writes = is_write(vim.fn.getcmdline()),
      }
      typed = this
      vim.schedule(function()
        typed = typed ~= this and typed or nil
      end)
    end,
  })
end

--- Returns the command that runs since it was typed, once: what it causes later was not typed.
---@return antiphon.TypedCommand|nil
function M.take()
  local this = typed
  typed = nil
  return this
end

return M
