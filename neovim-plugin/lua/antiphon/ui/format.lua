--- Formats numbers, prices and durations. Pure.
---
--- clients/protocol/format_cases.json holds this module and the other clients to one table.

local M = {}

M.UNPRICED = 'unpriced'

local UNITS = { { 1e3, 'k' }, { 1e6, 'M' }, { 1e9, 'B' } }
local LARGEST_EXACT = 9999
local CENT_PLACES, MOST_PLACES = 2, 6
local LEAST = 1e-6
--- A stream that has been silent for this long has no speed any more.
local SILENCE_MS = 3000
--- Amounts are decimal strings: what is a half in them must not be rounded down as a binary number.
local ABOVE_HALF = 1 + 1e-12

---@param value number
---@return integer
local function round(value)
  return math.floor(value + 0.5)
end

---@param digits string
---@return string
local function add_separators(digits)
  return (digits:reverse():gsub('(%d%d%d)', '%1,'):reverse():gsub('^,', ''))
end

---@param tenths integer
---@return string
local function trim_tenth(tenths)
  local whole, tenth = math.floor(tenths / 10), tenths % 10
  return tenth == 0 and ('%d'):format(whole) or ('%d.%d'):format(whole, tenth)
end

--- Formats every digit of a count: `12,340`.
---@param count integer
---@return string
function M.exact_count(count)
  return add_separators(('%.0f'):format(count))
end

--- Formats a count: `1,204`, from ten thousand on `12.3k`.
---@param count integer
---@return string
function M.count(count)
  if count <= LARGEST_EXACT then
    return M.exact_count(count)
  end
  for index, unit in ipairs(UNITS) do
    if count < unit[1] * 999.95 or index == #UNITS then
      return trim_tenth(math.floor((count + unit[1] / 20) / (unit[1] / 10))) .. unit[2]
    end
  end
  return ''
end

--- Formats a number of tokens: `1 token`, `1,204 tokens`.
---@param count integer
---@return string
function M.tokens(count)
  return ('%s %s'):format(M.count(count), count == 1 and 'token' or 'tokens')
end

--- Formats US dollars: `$12.30`, or two significant digits below a dollar: `$0.012`.
---@param amount string|number
---@return string
function M.money(amount)
  local value = assert(tonumber(amount), 'not an amount')
  if value > 0 and value < LEAST then
    return '<$0.000001'
  end
  local sign = value < 0 and '-' or ''
  local above, places = math.abs(value) * ABOVE_HALF, CENT_PLACES
  if value > 0 and value < 1 then
    local exponent = tonumber(('%.1e'):format(above):match('e(.+)$'))
    places = math.min(MOST_PLACES, math.max(CENT_PLACES, 1 - exponent))
  end
  local whole, digits = ('%.' .. places .. 'f'):format(above):match('^(%d+)%.(%d+)$')
  local more = digits:sub(CENT_PLACES + 1):gsub('0+$', '')
  return ('%s$%s.%s%s'):format(sign, add_separators(whole), digits:sub(1, CENT_PLACES), more)
end

--- Formats the cost of an answer; an unknown price is not zero.
---@param amount string|nil
---@return string
function M.cost(amount)
  return tonumber(amount) and M.money(amount) or M.UNPRICED
end

--- Formats a sum and how many answers are not in it: `$0.012 + 2 unpriced`.
---@param amount string|number|nil
---@param unpriced integer
---@return string empty if there is no answer
function M.sum(amount, unpriced)
  if not tonumber(amount) then
    return unpriced > 0 and M.UNPRICED or ''
  end
  local rest = unpriced > 0 and (' + %s %s'):format(M.exact_count(unpriced), M.UNPRICED) or ''
  return M.money(amount) .. rest
end

--- Adds costs up and formats them, with how many of them are unknown.
---@param costs antiphon.Cost[]
---@return string
function M.total_cost(costs)
  local total, unpriced = nil, 0
  for _, cost in ipairs(costs) do
    local amount = tonumber(cost.amount)
    if amount then
      total = (total or 0) + amount
    else
      unpriced = unpriced + 1
    end
  end
  return M.sum(total, unpriced)
end

--- Formats a range of costs: `$0.004–0.012`, `up to $0.02`.
---@param likely string
---@param most string
---@return string
function M.cost_range(likely, most)
  local low, high = M.money(likely), M.money(most)
  if low == high then
    return low
  end
  return tonumber(likely) < LEAST and 'up to ' .. high or ('%s–%s'):format(low, high:sub(2))
end

--- Formats a price per million tokens; `?` if it is unknown.
---@param amount string|nil
---@return string
function M.price(amount)
  local value = tonumber(amount)
  if not value then
    return '?'
  end
  return value == 0 and 'free' or M.money(value)
end

--- Formats a speed: `42 tok/s`; empty if it was not measured.
---@param tokens_per_second number|nil
---@return string
function M.speed(tokens_per_second)
  local value = tonumber(tokens_per_second)
  if not value then
    return ''
  end
  local tenths = round(value * 10)
  if value > 0 and tenths == 0 then
    return '<0.1 tok/s'
  end
  return (tenths < 100 and trim_tenth(tenths) or M.count(round(value))) .. ' tok/s'
end

---@param value integer
---@param size integer
---@param large string
---@param small string
---@return string
local function two_units(value, size, large, small)
  local whole, rest = math.floor(value / size), value % size
  return rest > 0 and ('%d %s %d %s'):format(whole, large, rest, small)
    or ('%d %s'):format(whole, large)
end

---@param seconds integer
---@return string
local function whole_seconds(seconds)
  if seconds < 60 then
    return ('%d s'):format(seconds)
  elseif seconds < 3600 then
    return two_units(seconds, 60, 'min', 's')
  end
  return two_units(math.floor(seconds / 60), 60, 'h', 'min')
end

--- Formats a duration: `300 ms`, `1.2 s`, `12 s`, `1 min 39 s`, `1 h 1 min`.
---@param milliseconds number
---@return string
function M.duration(milliseconds)
  local whole = round(milliseconds)
  if whole < 1000 then
    return ('%d ms'):format(whole)
  elseif whole < 9950 then
    local tenths = math.floor((whole + 50) / 100)
    return ('%d.%d s'):format(math.floor(tenths / 10), tenths % 10)
  end
  return whole_seconds(math.floor((whole + 500) / 1000))
end

--- Formats how long a stream has been silent; empty below three seconds.
---@param milliseconds number
---@return string
function M.silence(milliseconds)
  if milliseconds < SILENCE_MS then
    return ''
  end
  return 'no text for ' .. whole_seconds(math.floor(milliseconds / 1000))
end

--- Formats what a request waits for: `waits for 8 answers, 2 before it`.
---@param running integer answers that its host streams now
---@param ahead integer requests that wait before it
---@return string
function M.queue(running, ahead)
  local word = running == 1 and 'answer' or 'answers'
  local answers = ('waits for %s %s'):format(M.exact_count(running), word)
  return ahead == 0 and answers or ('%s, %s before it'):format(answers, M.exact_count(ahead))
end

--- Formats a share from 0 to 1: only a whole is `100%`, only nothing is `0%`.
---@param share number
---@return string
function M.percent(share)
  if share == 0 or share == 1 then
    return ('%d%%'):format(share * 100)
  end
  return ('%d%%'):format(math.min(99, math.max(1, round(share * 100))))
end

---@param usage antiphon.Usage|nil
---@return integer
function M.output_tokens(usage)
  return usage and usage.outputTokens + usage.reasoningTokens or 0
end

--- Formats the progress of panes: `2/4 · 1,204 tokens · $0.0031 + 1 unpriced`.
---@param panes antiphon.PaneView[]
---@param is_answering fun(pane: antiphon.PaneView): boolean
---@return string
function M.progress(panes, is_answering)
  local done, tokens, costs = 0, 0, {}
  for _, pane in ipairs(panes) do
    local meter = pane.meter or {}
    local is_open = is_answering(pane)
    done = done + (is_open and 0 or 1)
    tokens = tokens + M.output_tokens(meter.usage)
    costs[#costs + 1] = meter.cost or is_open and pane.start_cost or nil
  end
  local cost = M.total_cost(costs)
  local text = ('%d/%d · %s'):format(done, #panes, M.tokens(tokens))
  return cost == '' and text or text .. ' · ' .. cost
end

return M
