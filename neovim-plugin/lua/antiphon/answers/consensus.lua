--- What several answers say alike: marks in the panes, an overview, and a list of the places.

local client = require('antiphon.server.client')
local documents = require('antiphon.panes.virtual_documents')
local panes = require('antiphon.panes')
local passage_actions = require('antiphon.answers.code_actions')
local places = require('antiphon.layout.quickfix')
local say = require('antiphon.ui.notify')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-consensus')
local GROUPS = { all = 'AntiphonAllSay', some = 'AntiphonSomeSay', one = 'AntiphonOneSays' }
local TITLE = 'Antiphon: what they say'

---@class antiphon.Survey
---@field panes antiphon.PaneView[]
---@field statements antiphon.Statement[]
---@field overview integer its buffer

---@type antiphon.Survey|nil
local shown

---@param support antiphon.Support
---@param encoding lsp.PositionEncodingKind
---@return antiphon.PlaceItem|nil
local function place_of(support, encoding)
  local pane = panes.get(support.paneId)
  if not pane then
    return nil
  end
  local function column(position)
    local line = vim.api.nvim_buf_get_lines(pane.buffer, position.line, position.line + 1, false)[1]
    return vim.str_byteindex(line or '', encoding, position.character, false)
  end
  local first, last = support.range.start, support.range['end']
  return {
    bufnr = pane.buffer,
    lnum = first.line + 1,
    col = column(first) + 1,
    end_lnum = last.line + 1,
    end_col = column(last) + 1,
  }
end

---@param statements antiphon.Statement[]
---@return antiphon.PlaceItem[]
local function places_of(statements)
  local running = client.current()
  local encoding = running and running.offset_encoding or 'utf-16'
  local items = {}
  for _, statement in ipairs(statements) do
    for _, support in ipairs(statement.support) do
      local item = place_of(support, encoding)
      if item then
        item.text = ('[%s] %s'):format(statement.verdict, (support.text:gsub('%s+', ' ')))
        item.group = GROUPS[statement.verdict]
        items[#items + 1] = item
      end
    end
  end
  return items
end

---@param survey antiphon.Survey
local function mark(survey)
  for _, item in ipairs(places_of(survey.statements)) do
    pcall(vim.api.nvim_buf_set_extmark, item.bufnr, NAMESPACE, item.lnum - 1, item.col - 1, {
      end_row = item.end_lnum - 1,
      end_col = item.end_col - 1,
      hl_group = item.group,
    })
  end
  for _, pane in ipairs(survey.panes) do
    passage_actions.offer(pane.buffer)
  end
  passage_actions.offer(survey.overview)
end

---@param survey antiphon.Survey
local function unmark(survey)
  for _, pane in ipairs(survey.panes) do
    if vim.api.nvim_buf_is_valid(pane.buffer) then
      vim.api.nvim_buf_clear_namespace(pane.buffer, NAMESPACE, 0, -1)
      passage_actions.withdraw(pane.buffer)
    end
  end
end

---@param text string
---@return string
local function on_one_line(text)
  return (vim.trim(text):gsub('%s+', ' '))
end

--- The statement that a line of the overview is about: the longest whose words are in it.
---@param statements antiphon.Statement[]
---@param line string
---@return antiphon.Statement|nil
function M.statement_of(statements, line)
  local best, text = nil, on_one_line(line)
  for _, statement in ipairs(statements) do
    local words = on_one_line(statement.text)
    local fits = text:find(words, 1, true) or (#text > 3 and words:find(text, 1, true))
    if fits and (not best or #words > #on_one_line(best.text)) then
      best = statement
    end
  end
  return best
end

--- Where the passage is that is meant by a position: that which is marked there in a pane, or that
--- which the line of the overview is about.
---@param buffer integer
---@param row integer zero-based
---@param column integer in bytes
---@return antiphon.PlaceItem|nil
function M.place_at(buffer, row, column)
  if shown and buffer == shown.overview then
    local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]
    local statement = M.statement_of(shown.statements, line or '')
    return statement and places_of({ statement })[1]
  end
  local here, wanted = { row, column }, { details = true, overlap = true }
  for _, found in ipairs(vim.api.nvim_buf_get_extmarks(buffer, NAMESPACE, here, here, wanted)) do
    local to = found[4]
    if row < to.end_row or column < to.end_col then
      return {
        bufnr = buffer,
        lnum = found[2] + 1,
        col = found[3] + 1,
        end_lnum = to.end_row + 1,
        end_col = to.end_col + 1,
      }
    end
  end
end

--- From a line of the overview to where it is said; the places are in a list of their own.
local function jump()
  local line = vim.api.nvim_get_current_line()
  local statement = shown and M.statement_of(shown.statements, line)
  local items = statement and places_of({ statement }) or {}
  if #items == 0 then
    return say.info('this line is no statement')
  end
  places.list(TITLE, items)
  places.go(items[1])
end

---@param survey antiphon.Survey
---@param uri string
local function open_overview(survey, uri)
  local beside = vim.o.columns >= 120
  survey.overview = documents.open(uri)
  local place = beside and { split = 'right', win = -1, width = math.floor(vim.o.columns / 3) }
    or { split = 'below', win = -1, height = math.max(6, math.floor(vim.o.lines / 3)) }
  local window = require('antiphon.layout.splits').beside(survey.overview, place)
  vim.wo[window][0].winfixwidth, vim.wo[window][0].winfixheight = beside, not beside
  vim.cmd('wincmd =')
  require('antiphon.panes.buffer').dress(window)
  require('antiphon.panes.buffer').hint(window)
  vim.wo[window][0].winbar = ' %#AntiphonModel#What they say%#AntiphonMeter# · '
    .. '%#AntiphonAllSay#all%#AntiphonMeter# · %#AntiphonSomeSay#some%#AntiphonMeter# · '
    .. '%#AntiphonOneSays#one%*'
  vim.b[survey.overview].antiphon_hints = '<CR> go there · p take · q leave'
  vim.keymap.set('n', '<CR>', jump, { buffer = survey.overview, desc = 'Antiphon: go there' })
end

--- Takes the marks and the overview away.
function M.hide()
  local survey = shown
  shown = nil
  if survey then
    unmark(survey)
    if vim.api.nvim_buf_is_valid(survey.overview) then
      vim.api.nvim_buf_delete(survey.overview, { force = true })
    end
  end
end

---@return boolean
function M.is_shown()
  return shown ~= nil
end

--- Shows what the panes' last answers say alike.
---@param list antiphon.PaneView[]
function M.show(list)
  local ids = vim.tbl_map(function(pane)
    return pane.id
  end, list)
  client.command('antiphon.consensus', { paneIds = ids }, function(problem, result)
    if problem then
      return say.problem(problem)
    end
    M.hide()
    local survey = { panes = list, statements = result.statements }
    open_overview(survey, result.uri)
    mark(survey)
    places.list(TITLE, places_of(survey.statements))
    shown = survey
    vim.api.nvim_create_autocmd('BufWipeout', {
      buffer = survey.overview,
      once = true,
      callback = function()
        if shown == survey then
          shown = nil
          unmark(survey)
        end
      end,
    })
  end)
end

return M
