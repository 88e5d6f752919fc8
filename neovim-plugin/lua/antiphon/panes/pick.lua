--- Chooses some of a session's panes, by title or in a picker.

local notify = require('antiphon.ui.notify')

local M = {}

---@class antiphon.PaneQuestion
---@field title string
---@field done string What <CR> does.
---@field chosen? antiphon.PaneView[] The initial choice.
---@field least? integer How many must be chosen.

---@param list antiphon.PaneView[]
---@param question antiphon.PaneQuestion
---@param done fun(chosen: antiphon.PaneView[])
function M.open(list, question, done)
  local choice = require('antiphon.ui.picker.pane_choice').new(list, question.chosen)
  require('antiphon.ui.picker').open(choice, {
    title = question.title,
    header = { 'pane', '', 'state', 'model' },
    hint = ('<Space> choose · <CR> %s · q leave'):format(question.done),
    actions = {},
    filetype = 'antiphon-panes',
    least = question.least,
  }, done)
end

--- Returns the panes of these titles, in the order of the words; nil and an error message if one is
--- unknown.
---@param words string[]
---@param list antiphon.PaneView[]
---@return antiphon.PaneView[]|nil
function M.find_by_title(words, list)
  local found = {}
  for _, word in ipairs(words) do
    local pane = vim.iter(list):find(function(each)
      return each.title == word or each.id == word
    end)
    if not pane and vim.endswith(word, '=') then
      notify.error(('there is nothing behind `%s`; write it without a space'):format(word))
      return nil
    elseif not pane then
      notify.error(('there is no pane `%s` here; there are %s'):format(word, M.titles(list)))
      return nil
    end
    found[#found + 1] = pane
  end
  return found
end

---@param list antiphon.PaneView[]
---@return string
function M.titles(list)
  local titles = vim.tbl_map(function(pane)
    return pane.title
  end, list)
  return table.concat(titles, ', ')
end

--- Returns the panes that answer a prompt, without summaries and merges of them; all, if there are
--- no others.
---@param list antiphon.PaneView[]
---@return antiphon.PaneView[]
local function answers_of(list)
  local found = vim.tbl_filter(function(pane)
    return pane.type == nil or pane.type == 'chat'
  end, list)
  return #found > 0 and found or list
end

--- Calls back with all answers, with those that the words name, or with those that the user picks.
---@param words string[]
---@param list antiphon.PaneView[]
---@param question antiphon.PaneQuestion
---@param done fun(chosen: antiphon.PaneView[])
function M.resolve(words, list, question, done)
  if #words == 1 and words[1] == 'all' then
    return done(answers_of(list))
  elseif #words == 0 then
    return M.open(list, question, done)
  end
  local found = M.find_by_title(words, list)
  if found then
    done(found)
  end
end

--- Returns the panes of the current session; warns if there is none.
---@return antiphon.PaneView[]|nil
function M.session_panes()
  local panes = require('antiphon.panes')
  local session = panes.current_session()
  if session then
    return panes.of_session(session)
  end
  notify.warn('there is no pane here')
end

return M
