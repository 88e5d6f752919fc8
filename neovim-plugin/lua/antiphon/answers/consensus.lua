--- Shows what several answers agree on: marks in the panes, an overview, and a quickfix list.

local client = require('antiphon.server.client')
local code_actions = require('antiphon.answers.code_actions')
local virtual_documents = require('antiphon.panes.virtual_documents')
local quickfix = require('antiphon.layout.quickfix')
local notify = require('antiphon.ui.notify')
local statements = require('antiphon.answers.statements')

local M = {}

local TITLE = 'Antiphon: what they say'

---@param survey antiphon.Survey
local function offer_actions(survey)
  for _, pane in ipairs(survey.panes) do
    code_actions.attach(pane.buffer)
  end
  code_actions.attach(survey.overview)
end

---@param survey antiphon.Survey
local function clear(survey)
  statements.clear(survey)
  for _, pane in ipairs(survey.panes) do
    if vim.api.nvim_buf_is_valid(pane.buffer) then
      code_actions.detach(pane.buffer)
    end
  end
end

--- Jumps from a line of the overview to the statement, and lists all its occurrences.
local function jump()
  local line = vim.api.nvim_get_current_line()
  local survey = statements.current()
  local statement = survey and statements.find_statement(survey.statements, line)
  local items = statement and statements.list_places({ statement }) or {}
  if #items == 0 then
    return notify.info('this line is no statement')
  end
  quickfix.set_list(TITLE, items)
  quickfix.jump(items[1])
end

---@param survey antiphon.Survey
---@param uri string
local function open_overview(survey, uri)
  local beside = vim.o.columns >= 120
  survey.overview = virtual_documents.open(uri)
  local place = beside and { split = 'right', win = -1, width = math.floor(vim.o.columns / 3) }
    or { split = 'below', win = -1, height = math.max(6, math.floor(vim.o.lines / 3)) }
  local window = require('antiphon.layout.splits').open_beside(survey.overview, place)
  vim.wo[window][0].winfixwidth, vim.wo[window][0].winfixheight = beside, not beside
  require('antiphon.layout.grid').equalize()
  require('antiphon.panes.buffer').set_window_options(window)
  require('antiphon.panes.buffer').show_hints(window)
  vim.wo[window][0].winbar = ' %#AntiphonModel#What they say%#AntiphonMeter# · '
    .. '%#AntiphonAllSay#all%#AntiphonMeter# · %#AntiphonSomeSay#some%#AntiphonMeter# · '
    .. '%#AntiphonOneSays#one%*'
  vim.b[survey.overview].antiphon_hints = '<CR> go there · p take · q leave'
  vim.keymap.set('n', '<CR>', jump, { buffer = survey.overview, desc = 'Antiphon: go there' })
end

---@param survey antiphon.Survey|nil
local function hide(survey)
  if survey then
    clear(survey)
    if vim.api.nvim_buf_is_valid(survey.overview) then
      vim.api.nvim_buf_delete(survey.overview, { force = true })
    end
  end
end

--- Removes the marks and the overview of this session.
function M.hide()
  hide(statements.current())
end

---@return boolean
function M.is_shown()
  return statements.current() ~= nil
end

--- Shows what the last answers of panes agree on.
---@param list antiphon.PaneView[]
function M.show(list)
  local ids = vim.tbl_map(function(pane)
    return pane.id
  end, list)
  client.command('antiphon.consensus', { paneIds = ids }, function(problem, result)
    if problem then
      return notify.response_error(problem)
    end
    local session_id = list[1].session_id
    hide(statements.of_session(session_id))
    local survey = { panes = list, session_id = session_id, statements = result.statements }
    open_overview(survey, result.uri)
    statements.show(survey)
    offer_actions(survey)
    quickfix.set_list(TITLE, statements.list_places(survey.statements))
    vim.api.nvim_create_autocmd('BufWipeout', {
      buffer = survey.overview,
      once = true,
      callback = function()
        if statements.of_session(session_id) == survey then
          clear(survey)
        end
      end,
    })
  end)
end

return M
