--- Searches all conversations, with results page by page in a list or a quickfix list.

local client = require('antiphon.server.client')
local panes = require('antiphon.panes')
local quickfix = require('antiphon.layout.quickfix')
local notify = require('antiphon.ui.notify')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-search')
local PAGE = { select = 20, quickfix = 100 }

---@class antiphon.Search
---@field params antiphon.SearchParams
---@field hits antiphon.SearchHit[] Of all pages so far.
---@field cursor string|nil Where the next page begins.

---@type antiphon.Search|nil
local last

---@param search antiphon.Search
---@param limit integer
---@param done fun()
local function next_page(search, limit, done)
  local params = vim.tbl_extend('force', search.params, { limit = limit, cursor = search.cursor })
  client.command('antiphon.history.search', params, function(problem, result)
    if problem then
      return notify.response_error(problem)
    elseif #result.hits == 0 and #search.hits == 0 then
      return notify.info(('nothing was found for %s'):format(search.params.query))
    end
    vim.list_extend(search.hits, result.hits)
    search.cursor = result.nextCursor
    last = search
    if result.bounded then
      notify.info('there are very many: only the newest of them were compared')
    end
    done()
  end)
end

---@param hit antiphon.SearchHit
---@return string
local function format_origin(hit)
  local age = require('antiphon.history.sessions').format_age(hit.createdAt, os.time())
  return ('%s · %s · %s'):format(hit.paneTitle, hit.title, age)
end

--- Opens the session of a hit and goes to its line.
---@param hit antiphon.SearchHit
function M.open(hit)
  if hit.superseded then
    vim.cmd.tabedit(vim.fn.fnameescape(hit.uri))
    return vim.api.nvim_win_set_cursor(0, { hit.line + 1, 0 })
  end
  local function go()
    local pane = panes.get(hit.paneId)
    if pane then
      require('antiphon.layout.grid').reveal(pane)
      quickfix.jump({ bufnr = pane.buffer, lnum = hit.line + 1, col = 1 })
    end
  end
  if panes.get(hit.paneId) then
    return go()
  end
  require('antiphon.panes.restore').load_session(hit.sessionId, function(problem)
    if problem then
      return notify.response_error(problem)
    end
    go()
  end)
end

---@param search antiphon.Search
local function choose(search)
  local items = vim.list_slice(search.hits)
  if search.cursor then
    items[#items + 1] = 'more'
  end
  require('antiphon.ui.picker.select').select(items, {
    prompt = 'Antiphon search',
    format_item = function(hit)
      return hit == 'more' and '… show more'
        or ('%s | %s'):format(format_origin(hit), hit.snippet)
    end,
  }, function(hit)
    if hit == 'more' then
      next_page(search, PAGE.select, function()
        choose(search)
      end)
    elseif hit then
      M.open(hit)
    end
  end)
end

---@param hit antiphon.SearchHit
---@return antiphon.QuickfixItem
local function quickfix_item(hit)
  return { filename = hit.uri, lnum = hit.line + 1, col = 1, text = hit.snippet, user_data = hit }
end

--- Formats the lines of the quickfix window: pane, session, age and snippet. Called by Neovim.
---@param info { id: integer, start_idx: integer, end_idx: integer }
---@return string[]
function M.format_lines(info)
  local items = vim.fn.getqflist({ id = info.id, items = 0 }).items
  local lines = {}
  for index = info.start_idx, info.end_idx do
    local hit = items[index].user_data
    lines[#lines + 1] = ('%s | %s'):format(format_origin(hit), hit.snippet)
  end
  return lines
end

---@param buffer integer
---@param hits antiphon.SearchHit[]
local function highlight_matches(buffer, hits)
  vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, 0, -1)
  for row, hit in ipairs(hits) do
    local from = #format_origin(hit) + 3
    vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, row - 1, 0, {
      end_col = from,
      hl_group = 'AntiphonMeter',
    })
    for _, highlight in ipairs(hit.highlights) do
      local first = vim.fn.byteidxcomp(hit.snippet, highlight[1])
      local stop = vim.fn.byteidxcomp(hit.snippet, highlight[2])
      vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, row - 1, from + first, {
        end_col = from + stop,
        hl_group = 'AntiphonMatch',
      })
    end
  end
end

---@param search antiphon.Search
local function show_in_quickfix(search)
  local title = 'Antiphon search: ' .. search.params.query
  if search.cursor then
    title = title .. '  (:Antiphon! search shows more)'
  end
  quickfix.set_list(title, vim.tbl_map(quickfix_item, search.hits), {
    quickfixtextfunc = M.format_lines,
  })
  require('antiphon.layout.splits').run_below('copen')
  -- Neovim's own patterns for file names and line numbers would match other words here.
  vim.bo.syntax = ''
  highlight_matches(vim.api.nvim_get_current_buf(), search.hits)
end

--- Searches; without a text it shows more of the last search.
---@param text string
---@param in_quickfix boolean
function M.search(text, in_quickfix)
  local show = in_quickfix and show_in_quickfix or choose
  local search = last
  if text ~= '' then
    search = { params = require('antiphon.history.search_query').parse(text), hits = {} }
  elseif not search then
    return notify.warn('say what to search for')
  elseif not search.cursor then
    return show(search)
  end
  ---@cast search antiphon.Search
  next_page(search, in_quickfix and PAGE.quickfix or PAGE.select, function()
    show(search)
  end)
end

return M
