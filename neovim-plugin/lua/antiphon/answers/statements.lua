--- Marks the statements of a consensus in the panes and finds them by position.

local client = require('antiphon.server.client')
local panes = require('antiphon.panes')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-consensus')
local GROUPS = { all = 'AntiphonAllSay', some = 'AntiphonSomeSay', one = 'AntiphonOneSays' }

---@class antiphon.Survey
---@field panes antiphon.PaneView[]
---@field session_id string
---@field statements antiphon.Statement[]
---@field overview integer its buffer

--- One for each session at most.
---@type antiphon.Survey[]
local shown = {}

---@param support antiphon.Support
---@param encoding lsp.PositionEncodingKind
---@return antiphon.QuickfixItem|nil
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

--- Lists the positions of statements in the panes that this Neovim knows.
---@param statements antiphon.Statement[]
---@return antiphon.QuickfixItem[]
function M.list_places(statements)
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

--- Marks the statements of a survey in its panes.
---@param survey antiphon.Survey
function M.show(survey)
  shown[#shown + 1] = survey
  for _, item in ipairs(M.list_places(survey.statements)) do
    pcall(vim.api.nvim_buf_set_extmark, item.bufnr, NAMESPACE, item.lnum - 1, item.col - 1, {
      end_row = item.end_lnum - 1,
      end_col = item.end_col - 1,
      hl_group = item.group,
    })
  end
end

--- Removes the marks of a survey.
---@param survey antiphon.Survey
function M.clear(survey)
  shown = vim.tbl_filter(function(each)
    return each ~= survey
  end, shown)
  for _, pane in ipairs(survey.panes) do
    if vim.api.nvim_buf_is_valid(pane.buffer) then
      vim.api.nvim_buf_clear_namespace(pane.buffer, NAMESPACE, 0, -1)
    end
  end
end

--- Returns the survey that is marked in a session.
---@param session_id string|nil
---@return antiphon.Survey|nil
function M.of_session(session_id)
  return vim.iter(shown):find(function(survey)
    return survey.session_id == session_id
  end)
end

---@param buffer integer
---@return antiphon.Survey|nil
local function of_overview(buffer)
  return vim.iter(shown):find(function(survey)
    return survey.overview == buffer
  end)
end

--- Returns the survey whose overview is here, else that of this session.
---@return antiphon.Survey|nil
function M.current()
  local session_id = panes.current_session()
  return of_overview(vim.api.nvim_get_current_buf())
    or (session_id and M.of_session(session_id))
    or nil
end

---@param text string
---@return string
local function join_lines(text)
  return (vim.trim(text):gsub('%s+', ' '))
end

--- Finds the statement that a line of the overview describes: the longest one whose text it has.
---@param statements antiphon.Statement[]
---@param line string
---@return antiphon.Statement|nil
function M.find_statement(statements, line)
  local best, text = nil, join_lines(line)
  for _, statement in ipairs(statements) do
    local words = join_lines(statement.text)
    local fits = text:find(words, 1, true) or (#text > 3 and words:find(text, 1, true))
    if fits and (not best or #words > #join_lines(best.text)) then
      best = statement
    end
  end
  return best
end

--- Finds the range of the statement marked at a position, or described by the line of the overview.
---@param buffer integer
---@param row integer zero-based
---@param column integer in bytes
---@return antiphon.QuickfixItem|nil
function M.place_at(buffer, row, column)
  local survey = of_overview(buffer)
  if survey then
    local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]
    local statement = M.find_statement(survey.statements, line or '')
    return statement and M.list_places({ statement })[1]
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

return M
