--- Keeps the budgets for a statusline up to date, from the first call on, and only while a server
--- runs.

local client = require('antiphon.server.client')
local budget_format = require('antiphon.ui.budget_format')

local M = {}

---@type antiphon.BudgetStatus[]|nil
local budgets
local is_reading, is_stale = false, false

--- Returns the session whose budgets are included: the one being asked, else the current one.
---@return string|nil
local function session()
  for _, run in ipairs(require('antiphon.ask.run').open_runs()) do
    for _, pane in ipairs(run.panes) do
      if pane.session_id then
        return pane.session_id
      end
    end
  end
  return require('antiphon.panes').current_session()
end

local function read()
  if is_reading or not client.current() then
    is_stale = is_reading
    return
  end
  is_reading, is_stale = true, false
  -- Only the budgets are used: the query keeps the other figures cheap.
  local today = tostring(os.date('%Y-%m-%d'))
  local least = { groupBy = 'day', limit = 1, since = today, sessionId = session() }
  client.command('antiphon.meter', least, function(_, result)
    is_reading = false
    if result then
      budgets = result.budgets
      vim.cmd.redrawstatus()
    end
    if is_stale then
      read()
    end
  end)
end

local function subscribe()
  budgets = {}
  vim.api.nvim_create_autocmd('User', {
    group = vim.api.nvim_create_augroup('antiphon_spending', {}),
    -- The reserved amount is known when the first answer starts.
    pattern = { 'AntiphonPaneStart', 'AntiphonDone', 'AntiphonChange' },
    callback = read,
  })
  read()
end

--- Returns the budget with the least left, or nil if there is none.
---@return antiphon.BudgetStatus|nil
function M.tightest()
  if not budgets then
    subscribe()
  end
  return budget_format.tightest_first(budgets or {})[1]
end

return M
