--- Marks where turns start, and shows meters beside their headings as virtual text.

local format = require('antiphon.ui.format')
local states = require('antiphon.ui.pane_states')
local winbar = require('antiphon.panes.winbar')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon')

---@class antiphon.TurnEnd
---@field status antiphon.Status
---@field usage antiphon.Usage|nil
---@field cost antiphon.Cost|nil
---@field latency antiphon.Latency|nil
---@field failure antiphon.Failure|nil

--- Marks the start of a turn; its meter can be shown at the mark later.
---@param buffer integer
---@param row integer zero-based
---@return integer mark
function M.add(buffer, row)
  return vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, row, 0, {})
end

--- The marks of the headings of running answers, by message id.
---@type table<string, integer>
local running = {}

--- Marks the headings of the blocks that an answer's start has appended. A block is a heading, a
--- blank line and the content, and blocks are separated by a blank line, so the first heading and
--- the answer's own are at known rows.
---@param buffer integer
---@param event antiphon.StartEvent
---@param before integer the last row before it, zero-based
function M.add_start(buffer, event, before)
  local heading = math.max(0, vim.api.nvim_buf_line_count(buffer) - 3)
  local first = before + (vim.startswith(event.append, '\n') and 1 or 0)
  if not event.cutFrom and first < heading then
    M.add(buffer, first)
  end
  running[event.messageId] = M.add(buffer, heading)
end

--- Returns the mark of an answer's heading, once.
---@param message_id string
---@return integer|nil
function M.take(message_id)
  local mark = running[message_id]
  running[message_id] = nil
  return mark
end

--- Builds the text beside an answer's heading. Pure.
---@param turn antiphon.TurnEnd
---@return string[][]
function M.virtual_text(turn)
  local state = states[turn.status]
  local words = { winbar.failure_word(turn.failure, turn.status) }
  if #words == 0 and turn.status ~= 'complete' then
    words[1] = state.word
  end
  local tokens = format.output_tokens(turn.usage)
  if tokens > 0 then
    words[#words + 1] = format.tokens(tokens)
  end
  if tokens > 0 and turn.cost then
    words[#words + 1] = format.cost(turn.cost.amount)
  end
  if turn.latency and turn.latency.totalMs then
    words[#words + 1] = format.duration(turn.latency.totalMs)
  end
  if turn.status ~= 'complete' then
    words[#words + 1] = 'R again'
  end
  return {
    { ' ' .. state.mark .. ' ', state.group },
    { table.concat(words, ' · '), 'AntiphonMeter' },
  }
end

--- Shows the meter of an answer beside its heading.
---@param buffer integer
---@param mark integer
---@param turn antiphon.TurnEnd
function M.show_meter(buffer, mark, turn)
  local place = vim.api.nvim_buf_get_extmark_by_id(buffer, NAMESPACE, mark, {})
  if place[1] then
    vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, place[1], 0, {
      id = mark,
      virt_text = M.virtual_text(turn),
      virt_text_pos = 'eol',
      hl_mode = 'combine',
    })
  end
end

---@param buffer integer
---@param from_row integer zero-based
function M.clear(buffer, from_row)
  vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, from_row, -1)
end

--- Returns the line of the next or previous turn.
---@param buffer integer
---@param line integer one-based
---@param direction 1|-1
---@return integer|nil
function M.find_turn(buffer, line, direction)
  local from, to = { line, 0 }, { -1, -1 }
  if direction == -1 then
    from, to = { line - 2, 0 }, { 0, 0 }
    if line < 2 then
      return nil
    end
  end
  local found = vim.api.nvim_buf_get_extmarks(buffer, NAMESPACE, from, to, { limit = 1 })[1]
  return found and found[2] + 1
end

return M
