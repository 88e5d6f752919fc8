--- Shows how far the steps of a pipeline are, a line each. Pure.

local format = require('antiphon.ui.format')

local M = {}

---@class antiphon.StepLine
---@field id string
---@field type antiphon.StepType
---@field needs string[]
---@field result antiphon.StepResult|nil `nil` until it begins.

---@type table<antiphon.StepStatus, { mark: string, group: string }>
local DISPLAYS = {
  waiting = { mark = '◌', group = 'AntiphonWaiting' },
  running = { mark = '●', group = 'AntiphonStreaming' },
  complete = { mark = '✓', group = 'AntiphonComplete' },
  partial = { mark = '◐', group = 'AntiphonStopped' },
  failed = { mark = '✗', group = 'AntiphonFailed' },
  skipped = { mark = '–', group = 'AntiphonMeter' },
  cancelled = { mark = '■', group = 'AntiphonStopped' },
}

---@param step antiphon.StepResult
---@return string
local function figures(step)
  local parts = {}
  if step.comparison then
    parts[1] = format.percent(step.comparison.similarity) .. ' alike'
  elseif step.consensus then
    parts[1] = format.percent(step.consensus.agreement) .. ' agreed'
  elseif #step.messageIds > 0 then
    local count = #step.messageIds
    parts[1] = ('%d %s'):format(count, count == 1 and 'answer' or 'answers')
    parts[2] = format.cost(step.cost.amount)
  end
  if step.status ~= 'waiting' and step.status ~= 'running' and step.latency.totalMs then
    parts[#parts + 1] = format.duration(step.latency.totalMs)
  end
  local broken = vim.tbl_filter(function(rule)
    return not rule.ok
  end, step.expect or {})
  if #broken > 0 then
    parts[#parts + 1] = ('%d %s not kept'):format(#broken, #broken == 1 and 'rule' or 'rules')
  end
  if step.failure then
    parts[#parts + 1] = step.failure.message
  end
  return (table.concat(parts, ' · '):gsub('[\r\n]+', ' '))
end

--- Returns the lines of all steps with the highlights of their marks.
---@param steps antiphon.StepLine[]
---@return antiphon.FloatText
function M.lines(steps)
  local text, widest = { lines = {}, marks = {} }, 0
  for _, step in ipairs(steps) do
    widest = math.max(widest, vim.fn.strdisplaywidth(step.id))
  end
  for index, step in ipairs(steps) do
    local status = step.result and step.result.status or 'waiting'
    local display = DISPLAYS[status]
    local about = step.result and figures(step.result) or ''
    if not step.result and #step.needs > 0 then
      about = 'after ' .. table.concat(step.needs, ', ')
    end
    local padding = (' '):rep(widest - vim.fn.strdisplaywidth(step.id))
    local line = (' %s %s%s  %-9s  %-9s  %s'):format(
      display.mark,
      step.id,
      padding,
      step.type,
      status,
      about
    )
    text.lines[index] = (line:gsub('%s+$', ''))
    text.marks[index] = { row = index - 1, from = 1, to = 1 + #display.mark, group = display.group }
  end
  return text
end

--- Describes which steps wait for which: `ask → sum → diff`, in the order of the text.
---@param graph antiphon.StepOutline[]
---@return string
function M.describe_graph(graph)
  local parts = vim.tbl_map(function(step)
    local needs = #step.needs > 0 and (' ← %s'):format(table.concat(step.needs, ', ')) or ''
    return step.id .. needs
  end, graph)
  return table.concat(parts, ' · ')
end

return M
