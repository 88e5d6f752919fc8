--- The composer: a Markdown buffer for a prompt, which `:write` sends.

local ask = require('antiphon.ask')
local client = require('antiphon.server.client')
local context = require('antiphon.ask.context')
local budget_format = require('antiphon.ui.budget_format')
local models = require('antiphon.ask.models')
local notify = require('antiphon.ui.notify')

local M = {}

local ESTIMATE_AFTER_MS = 300

---@class antiphon.Composer
---@field buffer integer
---@field models string[]|nil
---@field panes antiphon.PaneView[]|nil
---@field context antiphon.ContextItem[]
---@field params table<string, string|number>
---@field estimate string What sending is likely to cost, or why that is unknown.
---@field private timer uv.uv_timer_t

---@type table<integer, antiphon.Composer>
local composers = {}

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
  return #list == 0 and 'To nobody yet (gm chooses models)' or 'To ' .. table.concat(list, ', ')
end

---@param composer antiphon.Composer
local function show_winbar(composer)
  local function plain(text)
    return (text:gsub('%%', '%%%%'))
  end
  local text = ' %#AntiphonModel#' .. plain(format_recipients(composer)) .. '%#AntiphonMeter#'
  if #composer.context > 0 then
    text = text .. ' · with ' .. plain(context.format_label(composer.context))
  end
  if composer.estimate ~= '' then
    text = text .. ' · ' .. plain(composer.estimate)
  end
  text = text .. '%=%#AntiphonKey#:w%#AntiphonMeter# sends %*'
  for _, window in ipairs(vim.fn.win_findbuf(composer.buffer)) do
    vim.wo[window][0].winbar = text
  end
end

---@param composer antiphon.Composer
---@return antiphon.Question
local function build_question(composer)
  local lines = vim.api.nvim_buf_get_lines(composer.buffer, 0, -1, false)
  local params = vim.deepcopy(composer.params)
  local system = params.system
  params.system = nil
  return {
    prompt = vim.trim(table.concat(lines, '\n')),
    models = composer.models,
    panes = composer.panes,
    context = composer.context,
    is_estimated = true,
    params = params,
    system = system --[[@as string|nil]],
  }
end

---@param composer antiphon.Composer
local function request_estimate(composer)
  local question = build_question(composer)
  if question.prompt == '' or not (composer.panes or (composer.models or {})[1]) then
    composer.estimate = ''
    return show_winbar(composer)
  end
  client.command('antiphon.estimate', ask.build_params(question), function(problem, result)
    if vim.api.nvim_buf_is_valid(composer.buffer) then
      composer.estimate = problem and notify.describe(problem) or budget_format.quote(result)
      show_winbar(composer)
    end
  end)
end

---@param composer antiphon.Composer
local function schedule_estimate(composer)
  composer.timer:stop()
  composer.timer:start(ESTIMATE_AFTER_MS, 0, function()
    vim.schedule(function()
      if vim.api.nvim_buf_is_valid(composer.buffer) then
        request_estimate(composer)
      end
    end)
  end)
end

---@param composer antiphon.Composer
local function close(composer)
  if vim.api.nvim_buf_is_valid(composer.buffer) then
    vim.bo[composer.buffer].modified = false
    vim.api.nvim_buf_delete(composer.buffer, { force = true })
  end
end

--- Sends the prompt. The composer closes when the first answer starts; if the request is refused,
--- it stays open and shows the reason in its winbar.
---@param buffer integer
function M.send(buffer)
  local composer = composers[buffer]
  local question = build_question(composer)
  if question.prompt == '' then
    return notify.warn('there is nothing to send yet')
  elseif not question.panes and not (question.models or {})[1] then
    return M.choose(buffer)
  end
  vim.bo[buffer].modified = false
  local hooks = {
    on_start = function()
      close(composer)
    end,
    on_failure = function(problem)
      if vim.api.nvim_buf_is_valid(buffer) then
        vim.bo[buffer].modified = true
        composer.estimate = notify.describe(problem)
        show_winbar(composer)
      end
      notify.response_error(problem)
    end,
  }
  if question.panes then
    ask.reply(question, hooks)
  else
    ask.ask(question, hooks)
  end
end

--- Chooses other models for the composer.
---@param buffer integer
function M.choose(buffer)
  local composer = composers[buffer]
  if composer.panes then
    return notify.info('a reply goes to the models of its panes')
  end
  models.choose(function(chosen)
    composer.models = chosen
    show_winbar(composer)
    schedule_estimate(composer)
  end)
end

---@param buffer integer
---@return boolean
function M.is_composer(buffer)
  return composers[buffer] ~= nil
end

--- Returns a visible composer, else any.
---@return antiphon.Composer|nil
local function open_composer()
  local some
  for buffer, composer in pairs(composers) do
    if vim.fn.bufwinid(buffer) ~= -1 then
      return composer
    end
    some = composer
  end
  return some
end

--- Appends a paragraph to the open composer, or opens one with it.
---@param text string
function M.append(text)
  local composer = open_composer()
  if not composer then
    return M.open({ prompt = text })
  end
  local buffer, lines = composer.buffer, vim.split(text, '\n')
  local is_empty = vim.trim(table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false))) == ''
  if not is_empty then
    table.insert(lines, 1, '')
  end
  vim.api.nvim_buf_set_lines(buffer, is_empty and 0 or -1, -1, false, lines)
  local window = vim.fn.bufwinid(buffer)
  if window == -1 then
    require('antiphon.layout.splits').open_beside(buffer, { split = 'below', win = -1 })
  else
    vim.api.nvim_set_current_win(window)
  end
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(buffer), 0 })
end

---@param composer antiphon.Composer
local function watch(composer)
  local group = vim.api.nvim_create_augroup('antiphon_composer_' .. composer.buffer, {})
  local function on(event, callback)
    local options = { group = group, buffer = composer.buffer, callback = callback }
    vim.api.nvim_create_autocmd(event, options)
  end
  on('BufWriteCmd', function()
    M.send(composer.buffer)
  end)
  on({ 'TextChanged', 'TextChangedI' }, function()
    schedule_estimate(composer)
  end)
  on('BufWinEnter', function()
    show_winbar(composer)
  end)
  on('BufWipeout', function()
    composers[composer.buffer] = nil
    composer.timer:stop()
    composer.timer:close()
    vim.schedule(function()
      pcall(vim.api.nvim_del_augroup_by_id, group)
    end)
  end)
end

--- Returns a name that no buffer has, including buffers that a Vim session left.
---@return string
local function unused_name()
  local number = 1
  while vim.fn.bufexists(('antiphon://compose/%d'):format(number)) == 1 do
    number = number + 1
  end
  return ('antiphon://compose/%d'):format(number)
end

---@class antiphon.Draft
---@field models? string[]
---@field panes? antiphon.PaneView[]
---@field context? antiphon.ContextItem[]
---@field params? table<string, string|number>
---@field prompt? string

--- Opens a composer below all windows.
---@param draft antiphon.Draft
function M.open(draft)
  local buffer = vim.api.nvim_create_buf(true, false)
  vim.api.nvim_buf_set_name(buffer, unused_name())
  vim.bo[buffer].buftype = 'acwrite'
  vim.bo[buffer].bufhidden = 'hide'
  vim.bo[buffer].swapfile = false
  local composer = {
    buffer = buffer,
    models = draft.models,
    panes = draft.panes,
    context = draft.context or {},
    params = draft.params or {},
    estimate = '',
    timer = assert(vim.uv.new_timer()),
  }
  composers[buffer] = composer
  watch(composer)
  local height = math.max(5, math.min(12, math.floor(vim.o.lines / 3)))
  require('antiphon.layout.splits').open_beside(
    buffer,
    { split = 'below', win = -1, height = height }
  )
  vim.wo[0][0].wrap = true
  vim.wo[0][0].linebreak = true
  vim.bo[buffer].filetype = 'antiphon'
  if draft.prompt then
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(draft.prompt, '\n'))
  end
  vim.bo[buffer].modified = false
  show_winbar(composer)
  schedule_estimate(composer)
  if not draft.models and not draft.panes then
    models.list(function(result)
      composer.models = composer.models or models.preferred(result)
      show_winbar(composer)
      schedule_estimate(composer)
    end)
  end
end

return M
