--- Times the updates of streaming panes: text at once after a pause, then once a frame; winbars a
--- few times a second.

local winbar = require('antiphon.panes.winbar')

local M = {}

local BAR_MS = 250
--- Text that arrives this share of a frame early is written at once, not in another turn of the
--- loop.
local EARLY = 0.25

---@type table<antiphon.PaneView, true>
local running = {}
---@type uv.uv_timer_t|nil
local bar_timer
---@type uv.uv_timer_t|nil
local frame_timer
local is_frame_due = false
local frame_ms = 0
local written_at = 0

local function forget_wiped()
  for pane in pairs(running) do
    if not vim.api.nvim_buf_is_valid(pane.buffer) then
      running[pane] = nil
    end
  end
end

local function write()
  is_frame_due = false
  written_at = vim.uv.now()
  forget_wiped()
  for pane in pairs(running) do
    pane.document:flush()
  end
end

local function show_bars()
  forget_wiped()
  for pane in pairs(running) do
    local now = vim.uv.now()
    pane.waited_ms = pane.state == 'waiting' and now - pane.asked_at or nil
    pane.silent_ms = pane.state == 'streaming' and now - pane.text_at or nil
    winbar.show(pane)
  end
  if next(running) == nil and bar_timer then
    bar_timer:stop()
    bar_timer:close()
    bar_timer = nil
  end
end

--- Writes the text that has arrived, now or with the next frame.
function M.request_write()
  if is_frame_due then
    return
  end
  local rest = frame_ms - (vim.uv.now() - written_at)
  if rest <= frame_ms * EARLY then
    return write()
  end
  is_frame_due = true
  frame_timer = frame_timer or assert(vim.uv.new_timer())
  frame_timer:start(math.ceil(rest), 0, vim.schedule_wrap(write))
end

--- Keeps the pane's buffer and winbar up to date until `stop`.
---@param pane antiphon.PaneView
function M.start(pane)
  frame_ms = require('antiphon.config').get().flush_ms
  running[pane] = true
  winbar.show(pane)
  if not bar_timer then
    bar_timer = assert(vim.uv.new_timer())
    bar_timer:start(BAR_MS, BAR_MS, vim.schedule_wrap(show_bars))
  end
end

--- Writes the remaining text and stops the updates.
---@param pane antiphon.PaneView
function M.stop(pane)
  running[pane] = nil
  pane.document:flush()
  winbar.show(pane)
end

return M
