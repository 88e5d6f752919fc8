--- Runs the unit tests of the Lua modules that need no server: `nvim -l run.lua`. The folders are
--- those of the plugin. Prints a line of JSON for each test and leaves with 1 if one failed.

local here = vim.fs.dirname(vim.fs.normalize(vim.fn.fnamemodify(arg[0], ':p')))
local root = vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(here))))
vim.opt.runtimepath:prepend(vim.fs.joinpath(root, 'neovim-plugin'))
package.path = here .. '/?.lua;' .. package.path

local failed = false

---@param name string
---@param test fun(root: string)
local function run(name, test)
  local ok, problem = xpcall(test, debug.traceback, root)
  failed = failed or not ok
  io.write(vim.json.encode({ name = name, problem = not ok and tostring(problem) or nil }), '\n')
end

for file in vim.fs.dir(here, { depth = 2 }) do
  local module = file:match('^(.*_test)%.lua$')
  if module then
    local tests = require((module:gsub('/', '.')))
    local names = vim.tbl_keys(tests)
    table.sort(names)
    for _, name in ipairs(names) do
      run(module .. ': ' .. name, tests[name])
    end
  end
end

os.exit(failed and 1 or 0)
