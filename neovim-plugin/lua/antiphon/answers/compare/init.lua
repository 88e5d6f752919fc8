--- Compares answers in Neovim's own diff, in a tab page of their own. The diff is updated while
--- answers stream, and the panes stay as they are.

local client = require('antiphon.server.client')
local layout_plan = require('antiphon.layout.plan')
local restore = require('antiphon.panes.restore')
local notify = require('antiphon.ui.notify')
local sides = require('antiphon.answers.compare.side')
local splits = require('antiphon.layout.splits')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-compare')
local FLUSH_MS = 80
local ASK_AGAIN_MS = 500
--- Neovim compares at most this many buffers in one tab page.
local MOST = 8
local NARROWEST = 36
local LEAST_ALIKE = 0.3

---@class antiphon.Comparison
---@field sides antiphon.Side[]
---@field windows integer[]
---@field tab integer
---@field from integer The window to return to.
---@field is_due boolean A flush is scheduled.
---@field is_asking boolean
---@field is_stale boolean Text has changed since the last comparison.

---@type antiphon.Comparison[]
local open = {}

---@param view antiphon.Comparison
---@return boolean
local function is_open(view)
  return vim.api.nvim_tabpage_is_valid(view.tab)
end

---@param view antiphon.Comparison
local function show_bars(view)
  for index, side in ipairs(view.sides) do
    local window = view.windows[index]
    if vim.api.nvim_win_is_valid(window) and vim.api.nvim_win_get_buf(window) == side.buffer then
      vim.wo[window][0].winbar = side:winbar_text()
    end
  end
end

---@param buffer integer
---@param spans antiphon.Span[]
local function highlight_spans(buffer, spans)
  vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, 0, -1)
  for _, span in ipairs(spans) do
    -- The text may have changed since it was compared, so that a range is out of bounds.
    pcall(vim.api.nvim_buf_set_extmark, buffer, NAMESPACE, span.row, span.col, {
      end_row = span.end_row,
      end_col = span.end_col,
      hl_group = 'AntiphonDiffers',
    })
  end
end

---@param view antiphon.Comparison
---@param other antiphon.Side
---@param result antiphon.CompareResult
local function apply_result(view, other, result)
  local likeness = require('antiphon.ui.format').percent(result.similarity) .. ' '
  local first = view.sides[1]
  if #view.sides > 2 then
    other.note = likeness .. 'like ' .. first.title
    return
  end
  first.note, other.note = likeness .. 'alike', likeness .. 'alike'
  -- If nearly everything differs, Neovim's own diff colours show that already.
  local segments = result.similarity >= LEAST_ALIKE and result.segments or {}
  local left, right = require('antiphon.answers.compare.words').spans(segments)
  highlight_spans(first.buffer, left)
  highlight_spans(other.buffer, right)
end

--- Asks the server how similar each side is to the first; one round of requests at a time.
---@param view antiphon.Comparison
local function request_result(view)
  if view.is_asking or not view.is_stale or not is_open(view) then
    return
  end
  view.is_asking, view.is_stale = true, false
  local left = #view.sides - 1
  for index = 2, #view.sides do
    local other = view.sides[index]
    local pair = { left = view.sides[1]:to_argument(), right = other:to_argument() }
    client.command('antiphon.compare', pair, function(problem, result)
      left = left - 1
      if is_open(view) then
        if problem then
          other.note = nil
        else
          apply_result(view, other, result)
        end
        show_bars(view)
      end
      if left == 0 then
        vim.defer_fn(function()
          view.is_asking = false
          request_result(view)
        end, ASK_AGAIN_MS)
      end
    end)
  end
end

---@param view antiphon.Comparison
local function flush(view)
  view.is_due = false
  if not is_open(view) then
    return
  end
  for _, side in ipairs(view.sides) do
    side:flush()
  end
  show_bars(view)
  view.is_stale = true
  request_result(view)
end

---@param view antiphon.Comparison
local function schedule_flush(view)
  if not view.is_due then
    view.is_due = true
    vim.defer_fn(function()
      flush(view)
    end, FLUSH_MS)
  end
end

---@param count integer
---@return antiphon.LayoutPage
local function choose_layout(count)
  local room = { columns = vim.o.columns, lines = vim.o.lines, min_width = 1, min_height = 1 }
  local beside = count * (NARROWEST + 1) <= vim.o.columns
  return layout_plan.plan(count, room, beside and 'columns' or 'grid')[1]
end

---@param window integer
---@param side antiphon.Side
local function show_difference(window, side)
  if side.pane then
    require('antiphon.panes.buffer').set_window_options(window)
    require('antiphon.panes.buffer').show_hints(window)
  end
  vim.api.nvim_win_call(window, function()
    vim.cmd.diffthis()
  end)
  local options = vim.wo[window][0]
  if side.pane then
    options.wrap, options.foldcolumn = true, '0'
  end
  -- Equal lines are context that readers want; `zi` folds them.
  options.foldenable = false
end

--- Returns whether the panes and files can be compared; warns if not.
---@param list antiphon.PaneView[]
---@param files string[]
---@return boolean
local function can_compare(list, files)
  local count = #list + #files
  if count < 2 or count > MOST then
    notify.warn(('a comparison is of 2 to %d answers, these are %d'):format(MOST, count))
    return false
  end
  for index, pane in ipairs(list) do
    if not pane.message_id then
      notify.warn(('%s has not begun to answer yet'):format(pane.title))
      return false
    elseif vim.list_contains(vim.list_slice(list, 1, index - 1), pane) then
      notify.warn(('%s cannot be compared with itself'):format(pane.title))
      return false
    end
  end
  return true
end

--- Opens a comparison in a tab page of its own.
---@param make fun(changed: fun()): antiphon.Side[] `changed` is called when a text may have changed
local function show(make)
  ---@type antiphon.Comparison
  local view = { sides = {}, from = vim.api.nvim_get_current_win() }
  view.sides = make(function()
    schedule_flush(view)
  end)
  local buffers = vim.tbl_map(function(side)
    return side.buffer
  end, view.sides)
  view.windows = splits.open_tab(choose_layout(#buffers), buffers)
  view.tab = vim.api.nvim_get_current_tabpage()
  vim.api.nvim_tabpage_set_var(view.tab, 'antiphon_name', 'comparison')
  for index, side in ipairs(view.sides) do
    show_difference(view.windows[index], side)
  end
  vim.api.nvim_set_current_win(view.windows[1])
  open[#open + 1] = view
  show_bars(view)
  schedule_flush(view)
end

--- Compares the last answers of panes, and files if any are given.
---@param list antiphon.PaneView[]
---@param files string[]
function M.open(list, files)
  if not can_compare(list, files) then
    return
  end
  for _, other in ipairs(vim.list_slice(open)) do
    for _, side in ipairs(other.sides) do
      if vim.list_contains(list, side.pane) then
        M.close(other)
        break
      end
    end
  end
  show(function(changed)
    local found = vim.tbl_map(function(pane)
      return sides.of_pane(pane, changed)
    end, list)
    return vim.list_extend(found, vim.tbl_map(sides.of_file, files))
  end)
end

--- Compares documents of the server, such as the answers of two runs.
---@param list { uri: string, title: string }[]
function M.open_documents(list)
  show(function(changed)
    return vim.tbl_map(function(each)
      return sides.of_document(each.uri, each.title, changed)
    end, list)
  end)
end

--- Closes a comparison and returns to the window that it was opened from.
---@param view antiphon.Comparison
function M.close(view)
  for index, each in ipairs(open) do
    if each == view then
      table.remove(open, index)
    end
  end
  if not is_open(view) then
    return
  end
  for _, window in ipairs(view.windows) do
    if vim.api.nvim_win_is_valid(window) then
      -- Window options are remembered with a file: without this it would open in diff mode again.
      vim.api.nvim_win_call(window, function()
        vim.cmd.diffoff()
      end)
    end
  end
  vim.api.nvim_set_current_tabpage(view.tab)
  splits.close_tab()
  if vim.api.nvim_win_is_valid(view.from) then
    vim.api.nvim_set_current_win(view.from)
  end
end

--- Returns the comparison of this tab page.
---@return antiphon.Comparison|nil
function M.current()
  open = vim.tbl_filter(is_open, open)
  local tab = vim.api.nvim_get_current_tabpage()
  return vim.iter(open):find(function(view)
    return view.tab == tab
  end)
end

restore.on_reloaded(function()
  for _, view in ipairs(open) do
    for _, side in ipairs(is_open(view) and view.sides or {}) do
      side:read()
    end
  end
end)

return M
