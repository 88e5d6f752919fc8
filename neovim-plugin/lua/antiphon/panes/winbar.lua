--- Shows the model, state, time, tokens and cost of a pane above it.

local format = require('antiphon.ui.format')
local states = require('antiphon.ui.pane_states')

local M = {}

local LONG_WAIT_MS = 2000

---@class antiphon.BarPiece
---@field text string
---@field group string
---@field rank integer Pieces of a higher rank are dropped first if space is short.

--- Kinds of failures whose names say little to a user.
local FAILURES = {
  malformed_stream = 'unreadable answer',
  timeout_connect = 'no connection in time',
  timeout_first_token = 'no first token in time',
  timeout_idle = 'silent for too long',
  timeout_total = 'took too long',
  context_length = 'too long for the model',
  model_not_found = 'no such model',
}

--- Returns the kind of the failure in words, or nil without one.
---@param failure { kind: string }|nil
---@param status string
---@return string|nil
function M.failure_word(failure, status)
  local kind = failure and (FAILURES[failure.kind] or failure.kind:gsub('_', ' '))
  return kind == 'budget' and status == 'truncated' and 'cut by a budget' or kind
end

--- Builds the pieces of the winbar, most important first. Pure.
---@param pane antiphon.PaneView
---@return antiphon.BarPiece[]
function M.pieces(pane)
  local state = states[pane.state]
  local meter = pane.meter or {}
  local pieces = {
    { text = state.mark .. ' ', group = state.group, rank = 0 },
    { text = pane.title, group = 'AntiphonModel', rank = 1 },
  }
  local function add(text, rank, group)
    if text and text ~= '' then
      pieces[#pieces + 1] = { text = text, group = group or 'AntiphonMeter', rank = rank }
    end
  end
  local silence = pane.state == 'streaming' and format.silence(pane.silent_ms or 0) or ''
  local word = pane.note or (silence ~= '' and silence or state.word)
  add(word, pane.state == 'complete' and 6 or 2, state.group)
  add(pane.about, 3)
  if (pane.waited_ms or 0) >= LONG_WAIT_MS then
    add(format.duration(pane.waited_ms), 3)
  end
  if pane.state == 'streaming' and meter.latency and silence == '' then
    add(format.speed(meter.latency.tokensPerSecond), 3)
  elseif pane.state ~= 'streaming' and meter.latency then
    add(format.duration(meter.latency.totalMs), 7)
  end
  local tokens = format.output_tokens(meter.usage)
  if tokens > 0 then
    add(format.tokens(tokens), 5)
  end
  if meter.cost then
    add(format.cost(meter.cost.amount), 4)
  end
  return pieces
end

---@param pieces antiphon.BarPiece[]
---@param width integer
---@return antiphon.BarPiece[]
local function fit_pieces(pieces, width)
  local kept = vim.list_slice(pieces)
  local function needed()
    local total = 2
    for index, piece in ipairs(kept) do
      total = total + vim.fn.strdisplaywidth(piece.text) + (index > 2 and 3 or 0)
    end
    return total
  end
  while needed() > width and #kept > 2 do
    local worst = 1
    for index, piece in ipairs(kept) do
      if piece.rank >= kept[worst].rank then
        worst = index
      end
    end
    table.remove(kept, worst)
  end
  return kept
end

--- Formats the winbar for a width; every `%` in titles and models is escaped.
---@param pane antiphon.PaneView
---@param width integer
---@return string
function M.text(pane, width)
  local parts = { ' ' }
  for index, piece in ipairs(fit_pieces(M.pieces(pane), width)) do
    if index > 2 then
      parts[#parts + 1] = '%#AntiphonMeter# · '
    end
    parts[#parts + 1] = ('%%#%s#%s'):format(piece.group, (piece.text:gsub('%%', '%%%%')))
  end
  return table.concat(parts) .. '%*'
end

--- Updates the winbar in every window of the pane if its text has changed.
---@param pane antiphon.PaneView
function M.show(pane)
  for _, window in ipairs(vim.fn.win_findbuf(pane.buffer)) do
    local text = M.text(pane, vim.api.nvim_win_get_width(window))
    if vim.wo[window].winbar ~= text then
      vim.wo[window][0].winbar = text
    end
  end
end

return M
