--- One clock for all panes: it writes what waits once a frame, and renews the bars less often.

local bar = require('antiphon.bar')

local M = {}

local BAR_MS = 250

---@type table<antiphon.PaneView, true>
local running = {}
---@type uv.uv_timer_t|nil
local timer
local scheduled = false
local next_bars = 0

local function stop()
  if timer then
    timer:stop()
    timer:close()
    timer = nil
  end
end

local function tick()
  scheduled = false
  local with_bars = vim.uv.now() >= next_bars
  if with_bars then
    next_bars = vim.uv.now() + BAR_MS
  end
  for pane in pairs(running) do
    if not vim.api.nvim_buf_is_valid(pane.buffer) then
      running[pane] = nil
    else
      pane.document:flush()
      if with_bars then
        pane.waited_ms = pane.state == 'waiting' and vim.uv.now() - pane.asked_at or nil
        bar.show(pane)
      end
    end
  end
  if next(running) == nil then
    stop()
  end
end

--- Keeps the pane's buffer and bar up to date until `settle`.
---@param pane antiphon.PaneView
function M.start(pane)
  running[pane] = true
  if timer then
    return
  end
  timer = assert(vim.uv.new_timer())
  timer:start(0, require('antiphon.config').get().flush_ms, function()
    -- A slow editor gets one tick at a time, never a queue of them.
    if not scheduled then
      scheduled = true
      vim.schedule(tick)
    end
  end)
end

--- Writes the rest at once and lets the pane be.
---@param pane antiphon.PaneView
function M.settle(pane)
  running[pane] = nil
  pane.document:flush()
  bar.show(pane)
end

return M
