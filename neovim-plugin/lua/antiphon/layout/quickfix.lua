--- Jumps to positions in panes and documents, and lists several in a quickfix list.

local panes = require('antiphon.panes')

local M = {}

---@class antiphon.QuickfixItem
---@field bufnr? integer
---@field filename? string A URI if it is a document of the server's.
---@field lnum integer
---@field col integer
---@field end_lnum? integer
---@field end_col? integer
---@field text? string

---@param line integer
---@param column integer
local function put_cursor(line, column)
  local last = vim.api.nvim_buf_line_count(0)
  vim.cmd("normal! m'")
  vim.api.nvim_win_set_cursor(0, { math.min(line, last), math.max(0, column - 1) })
  vim.cmd('normal! zv')
end

--- Goes to a window for a file: one without a pane in this or the last tab page, else a new one.
local function leave_panes()
  if not vim.startswith(vim.api.nvim_buf_get_name(0), 'antiphon:/') then
    return
  end
  local tabs = vim.api.nvim_list_tabpages()
  for _, tab in ipairs({ vim.api.nvim_get_current_tabpage(), tabs[vim.fn.tabpagenr('#')] }) do
    for _, window in ipairs(vim.api.nvim_tabpage_list_wins(tab)) do
      local buffer = vim.api.nvim_win_get_buf(window)
      local is_plain = vim.bo[buffer].buftype == '' and not vim.wo[window].winfixbuf
      if is_plain and vim.api.nvim_win_get_config(window).relative == '' then
        return vim.api.nvim_set_current_win(window)
      end
    end
  end
  vim.cmd('tab split')
end

--- Jumps to a position: in a window of its pane, or with the document in this window; a file takes
--- the place of no pane.
---@param place antiphon.QuickfixItem
function M.jump(place)
  local buffer = place.bufnr or vim.fn.bufadd(place.filename)
  local pane = panes.of_buffer(buffer)
  if not pane and not vim.api.nvim_buf_is_loaded(buffer) then
    vim.fn.bufload(buffer)
    pane = panes.of_buffer(buffer)
  end
  if pane and vim.fn.win_findbuf(buffer)[1] then
    require('antiphon.layout.grid').reveal(pane)
  else
    if not vim.startswith(vim.api.nvim_buf_get_name(buffer), 'antiphon:/') then
      leave_panes()
    end
    vim.bo[buffer].buflisted = true
    vim.cmd.buffer(buffer)
  end
  put_cursor(place.lnum, place.col)
end

--- Opens a new quickfix list.
---@param title string
---@param items antiphon.QuickfixItem[]
---@param more? table further fields of the list
function M.set_list(title, items, more)
  local what = { title = title, items = items, nr = '$' }
  vim.fn.setqflist({}, ' ', vim.tbl_extend('force', what, more or {}))
end

--- Jumps to a single position, or lists several.
---@param title string
---@param items antiphon.QuickfixItem[]
function M.jump_or_list(title, items)
  if #items == 1 then
    return M.jump(items[1])
  end
  M.set_list(title, items)
  require('antiphon.layout.splits').run_below('copen')
  require('antiphon.layout.grid').equalize()
end

--- Goes to the origin of the text under the cursor, or lists the messages that it came from.
function M.definition()
  vim.lsp.buf.definition({
    on_list = function(found)
      M.jump_or_list('Antiphon: where it came from', found.items)
    end,
  })
end

--- Lists where the message under the cursor was sent.
function M.references()
  vim.lsp.buf.references({ includeDeclaration = false }, {
    on_list = function(found)
      M.jump_or_list('Antiphon: where it went', found.items)
    end,
  })
end

return M
