--- `:Antiphon meter`: tokens and costs by model, provider, session, pane or day, and the budgets.

local client = require('antiphon.server.client')
local float = require('antiphon.ui.float')
local lines = require('antiphon.meter.lines')
local notify = require('antiphon.ui.notify')

local M = {}

M.GROUPS = { 'model', 'provider', 'pane', 'session', 'day' }
local KEYS = { m = 'model', v = 'provider', p = 'pane', s = 'session', d = 'day' }

---@class antiphon.MeterOptions
---@field group? "model"|"provider"|"pane"|"session"|"day"
---@field session? string Only this session.
---@field since? string A day or a time.

---@param options antiphon.MeterOptions
---@param done fun(text: antiphon.FloatText)
local function read(options, done)
  client.command('antiphon.meter', {
    groupBy = options.group,
    sessionId = options.session,
    since = options.since,
  }, function(problem, result)
    if problem then
      return notify.response_error(problem)
    end
    done(lines.text(result, options.group))
  end)
end

---@param options antiphon.MeterOptions
---@return string
local function title(options)
  local of = options.session and 'this session' or 'everything'
  return ('Meter: %s by %s%s'):format(
    of,
    options.group,
    options.since and ' since ' .. options.since or ''
  )
end

--- Shows the meter and keeps it up to date while it is open.
---@param options antiphon.MeterOptions
function M.open(options)
  options = vim.tbl_extend('keep', options, { group = 'model' })
  read(options, function(text)
    local view
    local function refresh()
      read(options, function(new)
        float.update(view, new, title(options))
      end)
    end
    local keys = {}
    for key, group in pairs(KEYS) do
      keys[key] = function()
        options.group = group
        refresh()
      end
    end
    view = float.open(text, {
      title = title(options),
      hint = 'by: m model · v provider · p pane · s session · d day · q leave',
      filetype = 'antiphon-meter',
      keys = keys,
    })
    local watch = vim.api.nvim_create_autocmd('User', {
      pattern = { 'AntiphonChange', 'AntiphonDone' },
      callback = refresh,
    })
    vim.api.nvim_create_autocmd('BufWipeout', {
      buffer = view.buffer,
      once = true,
      callback = function()
        pcall(vim.api.nvim_del_autocmd, watch)
      end,
    })
  end)
end

return M
