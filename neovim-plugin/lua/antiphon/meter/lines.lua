--- Builds the text of the meter: the budgets, then tokens and costs. Pure.

local budget_format = require('antiphon.ui.budget_format')
local format = require('antiphon.ui.format')
local text_table = require('antiphon.ui.text_table')

local M = {}

local BAR = 16
local SHARE = 10
local STATE_GROUPS =
  { within = 'AntiphonUsed', warned = 'AntiphonWarned', spent = 'AntiphonUsedUp' }

---@param text string
---@return antiphon.Cell
local function head(text)
  return { text, 'AntiphonMeter', right = text ~= '' }
end

---@param budgets antiphon.BudgetStatus[]
---@return antiphon.FloatText
function M.budgets(budgets)
  local rows = {}
  for _, budget in ipairs(budgets) do
    local limit = tonumber(budget.limit) or 0
    local used = (tonumber(budget.spent) or 0) + (tonumber(budget.reserved) or 0)
    local group = STATE_GROUPS[budget.state]
    local bar = text_table.bar(limit > 0 and used / limit or 1, BAR)
    local empty = ('░'):rep(math.max(0, BAR - vim.fn.strdisplaywidth(bar)))
    rows[#rows + 1] = {
      { budget_format.budget_name(budget), 'AntiphonModel' },
      { bar .. empty, group },
      { budget_format.budget(budget), group },
      { budget.action == 'warn' and 'warns' or 'blocks', 'AntiphonMeter' },
    }
  end
  if #rows == 0 then
    return { lines = {}, marks = {} }
  end
  local text = text_table.lay_out(rows)
  text.lines[#text.lines + 1] = ''
  return text
end

---@param row antiphon.MeterFigures
---@param count integer
---@return string marked with `≈` if some of it is an estimate
local function tokens(row, count)
  return (row.estimated.answers > 0 and count > 0 and '≈' or '') .. format.exact_count(count)
end

---@param row antiphon.MeterFigures
---@return string
local function money(row)
  local is_estimate = row.estimated.answers > 0 and (tonumber(row.cost.amount) or 0) > 0
  return (is_estimate and '≈' or '') .. format.sum(row.cost.amount, row.unpriced)
end

---@param name antiphon.Cell
---@param row antiphon.MeterFigures
---@param share number
---@return antiphon.Cell[]
local function cells(name, row, share)
  local usage, latency = row.usage, row.latency
  return {
    name,
    { tostring(row.answers), right = true },
    { tokens(row, usage.inputTokens), right = true },
    { format.exact_count(usage.cachedInputTokens), right = true },
    { tokens(row, usage.outputTokens), right = true },
    { format.exact_count(usage.reasoningTokens), right = true },
    { money(row), right = true },
    { latency.ttftMs and format.duration(latency.ttftMs) or '', right = true },
    { format.speed(latency.tokensPerSecond), right = true },
    { row.retries > 0 and tostring(row.retries) or '', right = true },
    { text_table.bar(share, SHARE), 'AntiphonUsed' },
  }
end

--- Removes columns without values, to leave more space for the others.
---@param rows antiphon.Cell[][] the first has the headings
---@return antiphon.Cell[][]
local function remove_empty_columns(rows)
  local kept = vim.tbl_map(function()
    return {}
  end, rows)
  for column = 1, #rows[1] do
    local is_empty = vim.iter(rows):skip(1):all(function(row)
      return row[column][1] == '0' or row[column][1] == ''
    end)
    for index, row in ipairs(is_empty and {} or rows) do
      table.insert(kept[index], row[column])
    end
  end
  return kept
end

--- Returns the function that rows are compared by: cost if anything cost money, else tokens.
---@param total antiphon.MeterFigures
---@return fun(row: antiphon.MeterFigures): number
local function weight_of(total)
  local by_money = (tonumber(total.cost.amount) or 0) > 0
  return function(row)
    if by_money then
      return tonumber(row.cost.amount) or 0
    end
    local usage = row.usage
    return usage.inputTokens + usage.cachedInputTokens + format.output_tokens(usage)
  end
end

---@param result antiphon.MeterResult
---@param group string
---@return antiphon.FloatText
function M.text(result, group)
  local weight = weight_of(result.total)
  local most = 0
  for _, row in ipairs(result.rows) do
    most = math.max(most, weight(row))
  end
  local names = { '', 'answers', 'in', 'cached', 'out', 'reasoning', 'cost', 'first', 'speed' }
  names[10], names[11] = 'retries', ''
  local rows = { vim.tbl_map(head, names) }
  rows[1][1] = { group, 'AntiphonMeter' }
  for _, row in ipairs(result.rows) do
    local share = most > 0 and weight(row) / most or 0
    rows[#rows + 1] = cells({ row.label or row.key, 'AntiphonModel' }, row, share)
  end
  rows[#rows + 1] = cells({ 'together', 'AntiphonMeter' }, result.total, 0)
  rows = remove_empty_columns(rows)
  local text = text_table.append_below(M.budgets(result.budgets), text_table.lay_out(rows))
  local notes = {}
  if result.omitted > 0 then
    notes[1] = (' %d more are left out'):format(result.omitted)
  end
  if result.total.estimated.answers > 0 then
    local count, all = result.total.estimated.answers, result.total.answers
    notes[#notes + 1] = (' ≈ %d of %d answers are estimates: the provider gave no figures'):format(
      count,
      all
    )
  end
  if (result.total.notSent or 0) > 0 then
    local count = result.total.notSent
    notes[#notes + 1] = (' %d not sent, and in no other figure'):format(count)
  end
  local marks = {}
  for row, note in ipairs(notes) do
    marks[row] = { row = row - 1, from = 0, to = #note, group = 'AntiphonMeter' }
  end
  return text_table.append_below(text, { lines = notes, marks = marks })
end

return M
