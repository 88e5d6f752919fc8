--- `:checkhealth antiphon`: reports what works, what does not, and what to do about it.

local M = {}

local TIMEOUT_MS = 10000

local function check_neovim()
  vim.health.start('antiphon: Neovim')
  if vim.fn.has('nvim-0.11') == 1 then
    vim.health.ok(('Neovim %s'):format(tostring(vim.version())))
  else
    vim.health.error('Neovim 0.11 or newer is needed')
  end
  if pcall(vim.treesitter.language.inspect, 'markdown') then
    vim.health.ok('the Markdown parser is there: settled answers are highlighted by it')
  else
    vim.health.info('no Markdown parser: answers are highlighted by regular expressions')
  end
end

local function check_options()
  vim.health.start('antiphon: options')
  local config = require('antiphon.config')
  local problems = require('antiphon.config.check').problems(config.user_options())
  for _, problem in ipairs(problems) do
    vim.health.error(problem.text, 'see `:help antiphon-options`')
  end
  if #problems == 0 then
    vim.health.ok('all understood')
  end
end

---@param command string
---@return any result
---@return string|nil problem
local function ask_server(command)
  local answer, problem
  require('antiphon.server.client').command(command, {}, function(err, result)
    answer = result
    problem = err and require('antiphon.ui.notify').describe(err)
  end)
  vim.wait(TIMEOUT_MS, function()
    return answer ~= nil or problem ~= nil
  end, 20)
  return answer, problem or (not answer and 'the server did not answer' or nil)
end

---@param health antiphon.HealthResult
local function report_server(health)
  vim.health.ok(('antiphon %s, protocol %d'):format(health.version, health.protocol))
  local history = health.history
  if history.problem then
    vim.health.error('history: ' .. history.problem)
  else
    vim.health.ok(('history: %s, %s'):format(history.backend, history.location))
  end
  local limits = health.limits
  if limits and limits.shared then
    vim.health.ok('limits: shared with other servers over Redis')
  elseif limits then
    vim.health.warn('limits: not shared: ' .. (limits.problem or 'Redis has not answered yet'))
  end
  for _, problem in ipairs(health.problems or {}) do
    vim.health.warn('setting ' .. problem)
  end
end

---@param health antiphon.HealthResult
local function report_providers(health)
  vim.health.start('antiphon: providers')
  for _, provider in ipairs(health.providers) do
    if provider.available then
      vim.health.ok(provider.name)
    else
      vim.health.info(('%s: %s'):format(provider.name, provider.reason or 'not available'))
    end
  end
end

local function check_server()
  vim.health.start('antiphon: server')
  local found, missing = require('antiphon.server.locate').find()
  if not found then
    return vim.health.error(missing or '', 'or set the option `cmd`')
  end
  vim.health.ok(('%s, from %s'):format(table.concat(found.cmd, ' '), found.from))
  local health, problem = ask_server('antiphon.health')
  if not health then
    return vim.health.error(problem or '', ':Antiphon log shows what it said')
  end
  report_server(health)
  report_providers(health)
end

--- Names the setting that keeps lualine's winbar off the bars of panes.
local function check_lualine()
  local lualine = package.loaded['lualine']
  local ok, config = pcall(lualine and lualine.get_config or error)
  if not ok or type(config) ~= 'table' then
    return
  end
  local has_winbar = next(config.winbar or {}) or next(config.inactive_winbar or {})
  local disabled = vim.tbl_get(config, 'options', 'disabled_filetypes', 'winbar') or {}
  if has_winbar and not vim.list_contains(disabled, 'antiphon-answer') then
    vim.health.start('antiphon: other plugins')
    vim.health.warn(
      "lualine's winbar takes the place of the bars of panes",
      'set `options.disabled_filetypes.winbar`, see `:help antiphon-other-plugins`'
    )
  end
end

function M.check()
  check_neovim()
  check_options()
  check_lualine()
  check_server()
end

return M
