--- Sends messages or a selection of one pane to other panes or models.

local ask = require('antiphon.ask')
local client = require('antiphon.server.client')
local grid = require('antiphon.layout.grid')
local panes = require('antiphon.panes')
local picker = require('antiphon.ui.picker')
local run = require('antiphon.ask.run')
local notify = require('antiphon.ui.notify')
local turns = require('antiphon.panes.turns')

local M = {}

---@class antiphon.SendOptions
---@field mode? "ask"|"context" Without it the user is asked; an empty question means context.
---@field prompt? string
---@field to? string[] Titles of panes and ids of models; without them the user chooses.
---@field range? antiphon.Range A range of the pane; without it the message under the cursor.
---@field several? boolean The user chooses messages of the pane.
---@field role? "preserve"|"user"
---@field note? string

---@class antiphon.Transfer
---@field from antiphon.TransferFrom
---@field pane antiphon.PaneView the origin
---@field options antiphon.SendOptions

---@param options antiphon.SendOptions
---@param pane antiphon.PaneView
---@param done fun(from: antiphon.TransferFrom)
local function choose_source(options, pane, done)
  if options.range then
    return done({ uri = pane.uri, range = options.range })
  elseif not options.several then
    return turns.at_cursor(function(message)
      done({ messageIds = { message.id } })
    end)
  end
  turns.list(pane, function(list)
    local choice = require('antiphon.ui.picker.turn_choice').new(list)
    picker.open(choice, {
      title = 'Send',
      header = { 'who', 'line', 'state', 'text' },
      hint = '<Space> choose · <CR> send · q leave',
      actions = {},
      filetype = 'antiphon-turns',
    }, function(chosen)
      done({
        messageIds = vim.tbl_map(function(turn)
          return turn.message.id
        end, chosen),
      })
    end)
  end)
end

---@param pane antiphon.PaneView
---@return antiphon.PaneView[]
local function other_panes(pane)
  return vim.tbl_filter(function(each)
    return each ~= pane
  end, panes.of_session(pane.session_id))
end

---@param parcel antiphon.Transfer
---@param done fun(list: antiphon.PaneView[], models: string[])
local function choose_targets(parcel, done)
  require('antiphon.ask.models').list(function(result)
    local choice =
      require('antiphon.ui.picker.target_choice').new(other_panes(parcel.pane), result.models)
    picker.open(choice, {
      title = 'Send to',
      header = { 'pane or model', '', 'state', 'model' },
      hint = '<Space> choose · <CR> send · q leave',
      actions = {},
      filetype = 'antiphon-targets',
    }, function(chosen)
      local list, models = {}, {}
      for _, target in ipairs(chosen) do
        list[#list + 1] = target.pane
        models[#models + 1] = target.model and target.model.id
      end
      done(list, models)
    end)
  end)
end

--- Resolves the targets: words with a slash are models, those with an `@` before them presets, all
--- others panes.
---@param parcel antiphon.Transfer
---@param done fun(list: antiphon.PaneView[], models: string[])
local function resolve_targets(parcel, done)
  local names, models = {}, {}
  for _, word in ipairs(parcel.options.to or {}) do
    local is_model = word:find('/', 1, true) or vim.startswith(word, '@')
    local list = is_model and models or names
    list[#list + 1] = word
  end
  if #names == 0 and #models == 0 then
    return choose_targets(parcel, done)
  elseif names[1] == 'all' then
    return done(other_panes(parcel.pane), models)
  end
  local list =
    require('antiphon.panes.pick').find_by_title(names, panes.of_session(parcel.pane.session_id))
  if list then
    done(list, models)
  end
end

---@param options antiphon.SendOptions
---@param done fun(mode: "ask"|"context", prompt: string|nil)
local function choose_mode(options, done)
  if options.mode or options.prompt then
    return done(options.mode or 'ask', options.prompt)
  end
  vim.ui.input({ prompt = 'Question about it (empty: only as context): ' }, function(text)
    if text then
      text = vim.trim(text)
      done(text == '' and 'context' or 'ask', text ~= '' and text or nil)
    end
  end)
end

---@param argument antiphon.SendToParams
local function send_as_context(argument)
  client.command('antiphon.sendTo', argument, function(problem, result)
    if problem then
      return notify.response_error(problem)
    end
    local new, titles = {}, {}
    for _, info in ipairs(result.panes) do
      local pane, is_new = panes.find_or_create(info)
      titles[#titles + 1] = pane.title
      if is_new then
        new[#new + 1] = pane
        require('antiphon.panes.restore').load_session(pane.session_id, function() end, pane.id)
      end
    end
    if #new > 0 then
      grid.open_below(new)
    end
    notify.info('sent to ' .. table.concat(titles, ', '))
  end)
end

---@param argument antiphon.SendToParams
---@param list antiphon.PaneView[]
---@param models string[]
local function send_as_question(argument, list, models)
  if not ask.check_idle(list) then
    return
  end
  local known = require('antiphon.ask.models').cached() or {}
  local new = vim.tbl_map(function(named)
    -- Of a preset that is not known here only the server knows the model.
    local model = vim.startswith(named.model, '@') and run.ANY_MODEL or named.model
    return panes.new(model, named.title)
  end, require('antiphon.ask.titles').of_choices(models, known.presets))
  if #new > 0 then
    grid.open_below(new)
  end
  local hooks = ask.restore_on_failure(list, {
    on_failure = function(problem)
      grid.close(new, true)
      notify.response_error(problem)
    end,
  })
  run.start('antiphon.sendTo', argument, vim.list_extend(vim.list_slice(list), new), hooks)
end

---@param parcel antiphon.Transfer
local function deliver(parcel)
  local options = parcel.options
  resolve_targets(parcel, function(list, models)
    choose_mode(options, function(mode, prompt)
      local params = require('antiphon.config').get().params
      local argument = {
        from = parcel.from,
        to = {
          models = #models > 0 and models or nil,
          paneIds = #list > 0 and vim.tbl_map(function(each)
            return each.id
          end, list) or nil,
        },
        mode = mode,
        prompt = prompt,
        role = options.role,
        note = options.note,
      }
      if mode == 'context' then
        return send_as_context(argument)
      end
      argument.params = next(params) and params or nil
      send_as_question(argument, list, models)
    end)
  end)
end

--- Sends from the pane under the cursor; asks the user for what is missing.
---@param options antiphon.SendOptions
function M.send(options)
  local pane = panes.current()
  if not pane or not pane.id then
    return notify.warn('there is no pane under the cursor')
  end
  choose_source(options, pane, function(from)
    deliver({ from = from, pane = pane, options = options })
  end)
end

--- Sends a passage of a pane.
---@param pane antiphon.PaneView
---@param range antiphon.Range
---@param options antiphon.SendOptions
function M.passage(pane, range, options)
  deliver({ from = { uri = pane.uri, range = range }, pane = pane, options = options })
end

return M
