--- The composer: a Markdown buffer for a prompt, which a typed `:write` or a key sends.

local context = require('antiphon.ask.context')
local drafts = require('antiphon.ask.composer.drafts')
local models = require('antiphon.ask.models')
local notify = require('antiphon.ui.notify')
local queue = require('antiphon.ask.composer.queue')
local send = require('antiphon.ask.composer.send')
local state = require('antiphon.ask.composer.state')
local watch = require('antiphon.ask.composer.watch')

local M = {}

M.send = send.send
M.choose = send.choose
M.is_busy = queue.is_busy

--- Asks for a file that goes along; one that goes along already is left out.
---@param buffer integer
function M.add_file(buffer)
  local composer = state.all[buffer]
  local prompt = 'Add or leave out the file, @diff or @staged: '
  vim.ui.input({ prompt = prompt, completion = 'file' }, function(path)
    path = vim.trim(path or '')
    if path == '' then
      return
    end
    local item = context.named(vim.fn.expand(path))
    if not item then
      return notify.error(('%s cannot be read'):format(path))
    end
    local others = vim.tbl_filter(function(each)
      return each.range ~= nil or each.uri ~= item.uri
    end, composer.context)
    if #others == #composer.context then
      others[#others + 1] = item
    end
    composer.context = others
    state.refresh(composer)
  end)
end

---@param buffer integer
---@return boolean
function M.is_composer(buffer)
  return state.all[buffer] ~= nil
end

--- Returns a visible composer, else any.
---@return antiphon.Composer|nil
local function open_composer()
  local some
  for buffer, composer in pairs(state.all) do
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
  state.show(composer)
  vim.api.nvim_win_set_cursor(0, { vim.api.nvim_buf_line_count(buffer), 0 })
end

---@class antiphon.Draft
---@field models? string[]
---@field panes? antiphon.PaneView[]
---@field context? antiphon.ContextItem[]
---@field params? table<string, string|number>
---@field prompt? string

--- Returns the composer that a draft without a prompt goes on with: one to the same recipients that
--- was closed, or the visible one unless other models are named.
---@param draft antiphon.Draft
---@return antiphon.Composer|nil
local function find_again(draft)
  local found
  for _, composer in pairs(state.all) do
    local is_hidden = vim.fn.win_findbuf(composer.buffer)[1] == nil
    local fits = is_hidden or not draft.models or vim.deep_equal(draft.models, composer.models)
    local is_same = drafts.key(composer.panes) == drafts.key(draft.panes)
    if fits and is_same and not composer.is_sending then
      found = (found and found.buffer > composer.buffer) and found or composer
    end
  end
  return found
end

---@param composer antiphon.Composer
---@param draft antiphon.Draft
local function go_on(composer, draft)
  composer.models = draft.models or composer.models
  vim.list_extend(composer.context, draft.context or {})
  composer.params = vim.tbl_extend('force', composer.params, draft.params or {})
  state.show(composer)
  state.refresh(composer)
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

---@return integer
local function create_buffer()
  local buffer = vim.api.nvim_create_buf(true, false)
  vim.api.nvim_buf_set_name(buffer, unused_name())
  vim.bo[buffer].buftype = 'acwrite'
  vim.bo[buffer].bufhidden = 'hide'
  vim.bo[buffer].swapfile = false
  return buffer
end

--- Returns the draft that an earlier Neovim left for these recipients, if no prompt is given.
---@param draft antiphon.Draft
---@return antiphon.KeptDraft|nil
local function find_kept(draft)
  return not draft.prompt
      and drafts.find(drafts.key(draft.panes), function(id)
        return vim.iter(pairs(state.all)):any(function(_, composer)
          return composer.id == id
        end)
      end)
    or nil
end

--- Opens a composer below all windows, with what was written to these recipients and not sent.
---@param draft antiphon.Draft
function M.open(draft)
  local again = not draft.prompt and find_again(draft)
  if again then
    return go_on(again, draft)
  end
  local kept = find_kept(draft)
  local composer = {
    id = kept and kept.id or drafts.new_id(),
    buffer = create_buffer(),
    models = draft.models or (kept and kept.models),
    panes = draft.panes,
    context = vim.list_extend(kept and kept.context or {}, draft.context or {}),
    params = vim.tbl_extend('force', kept and kept.params or {}, draft.params or {}),
    estimate = '',
    is_sending = false,
    timer = assert(vim.uv.new_timer()),
  }
  state.all[composer.buffer] = composer
  watch.start(composer, M.send)
  state.show(composer)
  vim.bo[composer.buffer].filetype = 'antiphon'
  local text = draft.prompt or (kept and kept.text)
  if text then
    vim.api.nvim_buf_set_lines(composer.buffer, 0, -1, false, vim.split(text, '\n'))
  end
  vim.bo[composer.buffer].modified = text ~= nil
  state.refresh(composer)
  if kept then
    notify.info('this is the draft that was not sent; `u` clears it')
  end
  if not composer.models and not composer.panes then
    models.list(function(result)
      composer.models = composer.models or models.preferred(result)
      state.refresh(composer)
    end)
  end
end

--- Opens a composer for a reply to panes that still answer; a prompt that is there waits for them.
---@param question antiphon.Question
function M.open_waiting(question)
  M.open(question)
  if question.prompt then
    M.send(vim.api.nvim_get_current_buf())
  else
    local titles = queue.titles(question.panes)
    notify.info(('%s is still answering; what you send here waits for that'):format(titles))
  end
end

return M
