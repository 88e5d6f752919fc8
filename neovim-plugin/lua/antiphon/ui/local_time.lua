--- Formats times of the wire, which are RFC 3339 in UTC, in local time. Pure.

local M = {}

--- Counts the seconds since 1970; `os.time` would take the fields for local time.
---@param date table<"year"|"month"|"day"|"hour"|"min"|"sec", integer>
---@return integer
local function epoch(date)
  local year = date.month <= 2 and date.year - 1 or date.year
  local month = (date.month + 9) % 12
  local days = 365 * year + math.floor(year / 4) - math.floor(year / 100) + math.floor(year / 400)
  days = days + math.floor((153 * month + 2) / 5) + date.day - 1 - 719468
  return ((days * 24 + date.hour) * 60 + date.min) * 60 + date.sec
end

--- Parses a time into seconds since 1970.
---@param stamp string
---@return integer|nil
function M.parse(stamp)
  local year, month, day, hour, minute, second = stamp:match('^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)')
  return year
    and epoch({
      year = tonumber(year) --[[@as integer]],
      month = tonumber(month) --[[@as integer]],
      day = tonumber(day) --[[@as integer]],
      hour = tonumber(hour) --[[@as integer]],
      min = tonumber(minute) --[[@as integer]],
      sec = tonumber(second) --[[@as integer]],
    })
end

---@param seconds integer
---@return integer minutes east of UTC on this machine at that time
local function local_offset(seconds)
  local date = os.date('*t', seconds) --[[@as osdate]]
  return (
    epoch(date --[[@as any]]) - seconds
  ) / 60
end

--- Formats a time: `2026-11-22 15:02`.
---@param stamp string
---@param offset_minutes? integer east of UTC; local time without it
---@return string
function M.format(stamp, offset_minutes)
  local seconds = M.parse(stamp)
  if not seconds then
    return stamp
  end
  local offset = offset_minutes or local_offset(seconds)
  return tostring(os.date('!%Y-%m-%d %H:%M', seconds + offset * 60))
end

return M
