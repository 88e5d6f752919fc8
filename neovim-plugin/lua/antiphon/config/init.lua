--- The options of this plugin: the defaults, overridden by the user's.

---@class antiphon.Config
---@field cmd string[]|nil
---@field server antiphon.ServerOptions
---@field env table<string, string>|nil
---@field settings table
---@field params antiphon.Params
---@field layout { mode: antiphon.LayoutMode, min_width: integer, min_height: integer }
---@field keymaps boolean
---@field confirm_above number
---@field flush_ms integer
---@field treesitter_max_lines integer
---@field restart { limit: integer, within_ms: integer }

local M = {}

---@type antiphon.Config
M.defaults = {
  cmd = nil,
  server = { shared = false },
  env = nil,
  settings = {},
  params = {},
  layout = { mode = 'grid', min_width = 36, min_height = 9 },
  keymaps = true,
  confirm_above = 0.1,
  flush_ms = 33,
  treesitter_max_lines = 2000,
  restart = { limit = 3, within_ms = 60000 },
}

---@type antiphon.Options|nil
local given

--- Returns the options that the user set, in either way.
---@return antiphon.Options
function M.user_options()
  local options = given or vim.g.antiphon or {}
  if type(options) == 'function' then
    options = options()
  end
  if type(options) == 'table' and type(options.layout) == 'string' then
    options = vim.tbl_extend('force', options, { layout = { mode = options.layout } })
  end
  return type(options) == 'table' and options or {}
end

--- Sets the options; `vim.g.antiphon` is ignored from then on.
---@param options antiphon.Options
function M.set(options)
  given = options
end

--- Returns the options in force. A wrong value is replaced by the default; `:checkhealth antiphon`
--- names it.
---@return antiphon.Config
function M.get()
  local options = vim.deepcopy(M.user_options())
  for _, problem in ipairs(require('antiphon.config.check').problems(options)) do
    if problem.parent then
      problem.parent[problem.key] = nil
    end
  end
  return vim.tbl_deep_extend('force', M.defaults, options)
end

return M
