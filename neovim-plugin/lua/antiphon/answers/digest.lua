--- Summarizes or merges answers in a new pane, which can be replied to like any other.

local ask = require('antiphon.ask')
local grid = require('antiphon.layout.grid')
local panes = require('antiphon.panes')
local run = require('antiphon.ask.run')
local notify = require('antiphon.ui.notify')

local M = {}

M.FORMATS = { 'executive', 'technical', 'bullets' }

---@class antiphon.DigestOptions
---@field panes antiphon.PaneView[]
---@field format? "executive"|"technical"|"bullets"
---@field each? boolean One summary of each answer instead of one of all.
---@field model? string
---@field instructions? string

--- Describes which sources were used: `used 2 of 3; left out: poet (its answer is failed)`. Pure.
---@param coverage antiphon.Coverage
---@return string
function M.format_coverage(coverage)
  local parts = { ('used %d of %d'):format(coverage.used, coverage.of) }
  for _, each in ipairs({ { 'left out', coverage.leftOut }, { 'cut', coverage.cut } }) do
    local label, list = each[1], each[2]
    if #list > 0 then
      local names = vim.tbl_map(function(source)
        return ('%s (%s)'):format(source.title, source.reason)
      end, list)
      parts[#parts + 1] = label .. ': ' .. table.concat(names, ', ')
    end
  end
  return table.concat(parts, '; ')
end

---@param list antiphon.PaneView[]
---@param coverage antiphon.Coverage
local function show_coverage(list, coverage)
  local text = M.format_coverage(coverage)
  for _, pane in ipairs(list) do
    pane.about = ('%d of %d'):format(coverage.used, coverage.of)
    require('antiphon.panes.winbar').show(pane)
  end
  local is_whole = coverage.used == coverage.of and #coverage.cut == 0
  notify[is_whole and 'info' or 'warn'](text)
end

---@param name "antiphon.summarize"|"antiphon.merge"
---@param title "summary"|"merge"
---@param options antiphon.DigestOptions
---@param argument antiphon.SummarizeParams|antiphon.MergeParams
local function run_digest(name, title, options, argument)
  local new = {}
  for index = 1, options.each and #options.panes or 1 do
    -- Of a preset only the server knows the model.
    local is_preset = vim.startswith(options.model or '@', '@')
    new[index] = panes.new(is_preset and run.ANY_MODEL or options.model, title)
  end
  grid.open_below(new)
  run.start(name, argument, new, {
    on_failure = function(problem)
      grid.close(new, true)
      notify.response_error(problem)
    end,
    on_result = function(result)
      show_coverage(new, result.coverage)
    end,
  })
end

--- Says which model will write and what that costs, asks if that is a lot, and starts it.
---@param name "antiphon.summarize"|"antiphon.merge"
---@param title "summary"|"merge"
---@param options antiphon.DigestOptions
---@param more table
local function start(name, title, options, more)
  if not ask.check_idle(options.panes) then
    return
  end
  local params = require('antiphon.config').get().params
  local argument = vim.tbl_extend('force', {
    paneIds = vim.tbl_map(function(pane)
      return pane.id
    end, options.panes),
    model = options.model,
    instructions = options.instructions,
    params = next(params) and params or nil,
  }, more)
  local asked = vim.tbl_extend('force', { type = title }, argument)
  local estimate = require('antiphon.ask.estimate')
  estimate.confirm('antiphon.digest.estimate', asked, function(is_over_budget)
    argument.allowOverBudget = is_over_budget or nil
    run_digest(name, title, options, argument)
  end, function(problem)
    if problem then
      notify.response_error(problem)
    end
  end)
end

--- Summarizes the last answers of panes.
---@param options antiphon.DigestOptions
function M.summarize(options)
  if not options.format then
    return require('antiphon.ui.picker.select').select(
      M.FORMATS,
      { prompt = 'What kind of summary' },
      function(format)
        if format then
          M.summarize(vim.tbl_extend('force', options, { format = format }))
        end
      end
    )
  end
  local combine = nil
  if options.each then
    combine = false
  end
  start('antiphon.summarize', 'summary', options, { format = options.format, combine = combine })
end

--- Merges the last answers of panes into one answer.
---@param options antiphon.DigestOptions
function M.merge(options)
  start('antiphon.merge', 'merge', options, {})
end

return M
