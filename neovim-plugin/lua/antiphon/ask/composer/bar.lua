--- Shows a composer's targets, its context and its likely cost above it.

local ask = require('antiphon.ask')
local budget_format = require('antiphon.ui.budget_format')
local client = require('antiphon.server.client')
local context = require('antiphon.ask.context')
local notify = require('antiphon.ui.notify')

local M = {}

local ESTIMATE_AFTER_MS = 300

---@param composer antiphon.Composer
---@return string
local function format_recipients(composer)
  if composer.panes then
    local titles = vim.tbl_map(function(pane)
      return pane.title
    end, composer.panes)
    return 'Reply to ' .. table.concat(titles, ', ')
  end
  local list = composer.models or {}
  if #list > 4 then
    return ('To %d models'):format(#list)
  end
  local names = table.concat(vim.tbl_map(require('antiphon.ask.titles').label, list), ', ')
  return #list == 0 and 'To nobody yet (gm chooses models)' or 'To ' .. names
end

--- Updates the bar in every window of the composer.
---@param composer antiphon.Composer
function M.show(composer)
  local function plain(text)
    return (text:gsub('%%', '%%%%'))
  end
  local text = ' %#AntiphonModel#' .. plain(format_recipients(composer)) .. '%#AntiphonMeter#'
  if #composer.context > 0 then
    text = text .. ' · with ' .. plain(context.format_label(composer.context))
  end
  local more = composer.note or composer.estimate
  if more ~= '' then
    text = text .. ' · ' .. plain(more)
  end
  text = text .. '%=%#AntiphonKey#:w%#AntiphonMeter# sends %*'
  for _, window in ipairs(vim.fn.win_findbuf(composer.buffer)) do
    vim.wo[window][0].winbar = text
  end
end

--- Builds the question that the composer holds.
---@param composer antiphon.Composer
---@return antiphon.Question
function M.build_question(composer)
  local lines = vim.api.nvim_buf_get_lines(composer.buffer, 0, -1, false)
  local params = vim.deepcopy(composer.params)
  local system = params.system
  params.system = nil
  return {
    prompt = vim.trim(table.concat(lines, '\n')),
    models = composer.models,
    panes = composer.panes,
    context = composer.context,
    params = params,
    system = system --[[@as string|nil]],
  }
end

---@param composer antiphon.Composer
local function request_estimate(composer)
  local question = M.build_question(composer)
  if question.prompt == '' or not (composer.panes or (composer.models or {})[1]) then
    composer.estimate = ''
    return M.show(composer)
  end
  client.command('antiphon.estimate', ask.build_params(question), function(problem, result)
    if vim.api.nvim_buf_is_valid(composer.buffer) then
      composer.estimate = problem and notify.describe(problem) or budget_format.quote(result)
      M.show(composer)
    end
  end)
end

--- Estimates the cost once nothing was typed for a moment, and calls `then_do` at that time too.
---@param composer antiphon.Composer
---@param then_do? fun()
function M.schedule_estimate(composer, then_do)
  composer.timer:stop()
  composer.timer:start(ESTIMATE_AFTER_MS, 0, function()
    vim.schedule(function()
      if vim.api.nvim_buf_is_loaded(composer.buffer) then
        request_estimate(composer)
        if then_do then
          then_do()
        end
      end
    end)
  end)
end

return M
