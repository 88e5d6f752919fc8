--- Shows a code block of an answer as a diff against its file and applies it once it is accepted.

local client = require('antiphon.server.client')
local virtual_documents = require('antiphon.panes.virtual_documents')
local panes = require('antiphon.panes')
local notify = require('antiphon.ui.notify')
local splits = require('antiphon.layout.splits')

local M = {}

---@class antiphon.PendingCode
---@field argument { uri: string, position: antiphon.Position } the block
---@field proposal antiphon.CodeProposal
---@field unseen antiphon.UnseenCharacter[]
---@field title string of the pane
---@field tab integer
---@field windows integer[]
---@field attached integer[] buffers that are attached for their unsaved text

---@type antiphon.PendingCode|nil
local shown

--- Attaches the server to changed buffers: it reads files from disk and cannot see unsaved text.
---@return integer[] buffers
local function attach_unsaved()
  local running, attached = client.current(), {}
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local is_file = vim.bo[buffer].buftype == '' and vim.api.nvim_buf_get_name(buffer) ~= ''
    if running and is_file and vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].modified then
      if not vim.lsp.buf_is_attached(buffer, running.id) then
        vim.lsp.buf_attach_client(buffer, running.id)
        attached[#attached + 1] = buffer
      end
    end
  end
  return attached
end

---@param buffers integer[]
local function detach_unsaved(buffers)
  for _, buffer in ipairs(buffers) do
    require('antiphon.panes.attach').detach(buffer)
  end
end

---@param offer antiphon.PendingCode
local function close(offer)
  shown = nil
  detach_unsaved(offer.attached)
  if not vim.api.nvim_tabpage_is_valid(offer.tab) then
    return
  end
  for _, window in ipairs(offer.windows) do
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_call(window, function()
        vim.cmd.diffoff()
      end)
    end
  end
  vim.api.nvim_set_current_tabpage(offer.tab)
  splits.close_tab()
end

--- Sends the accepted code to the server, which edits the file.
---@param offer antiphon.PendingCode
local function send(offer)
  local argument = vim.tbl_extend('force', offer.argument, {
    target = offer.proposal.target,
    acceptUnseen = #offer.unseen > 0 or nil,
    force = offer.proposal.overtaken and true or nil,
  })
  client.command('antiphon.code.apply', argument, function(problem, result)
    if problem then
      return notify.response_error(problem)
    elseif not result.applied then
      return notify.error(('it was not applied: %s'):format(result.reason or 'no reason was given'))
    end
    close(offer)
    notify.info(('applied to %s; `u` there takes it back'):format(offer.proposal.label))
  end)
end

--- Lists hidden characters: `U+202E RIGHT-TO-LEFT OVERRIDE in line 2`. Pure.
---@param unseen antiphon.UnseenCharacter[]
---@return string
function M.format_hidden_characters(unseen)
  local names = {}
  for index = 1, math.min(3, #unseen) do
    local each = unseen[index]
    names[index] = ('%s %s in line %d'):format(each.codePoint, each.name, each.line + 1)
  end
  local more = #unseen > 3 and (' and %d more'):format(#unseen - 3) or ''
  return table.concat(names, ', ') .. more
end

--- Lists what the user must confirm before the code is applied. Pure.
---@param offer { unseen: antiphon.UnseenCharacter[], proposal: antiphon.CodeProposal }
---@return string[] sentences
function M.confirmations(offer)
  local confirmations = {}
  if #offer.unseen > 0 then
    local names = M.format_hidden_characters(offer.unseen)
    confirmations[1] = ('The code has characters that cannot be seen: %s.'):format(names)
  end
  if offer.proposal.overtaken then
    confirmations[#confirmations + 1] = offer.proposal.overtaken.message
  end
  return confirmations
end

--- Applies the code that is shown, after confirmation if anything about it is doubtful.
function M.accept()
  local offer = shown
  if not offer then
    return
  end
  local confirmations = M.confirmations(offer)
  if #confirmations == 0 then
    return send(offer)
  end
  local prompt = table.concat(confirmations, ' ') .. ' Apply it all the same?'
  require('antiphon.ui.picker.select').select(
    { 'Do not apply it', 'Apply it' },
    { prompt = prompt },
    function(_, index)
      if index == 2 then
        send(offer)
      end
    end
  )
end

--- Removes the empty line that the last line feed of a document makes: a file's buffer has none.
---@param file integer
---@param window integer of the proposal
local function drop_last_line(file, window)
  local proposal = vim.api.nvim_win_is_valid(window) and vim.api.nvim_win_get_buf(window)
  if proposal and vim.bo[file].endofline then
    local last = vim.api.nvim_buf_get_lines(proposal, -2, -1, false)[1]
    if last == '' and vim.api.nvim_buf_line_count(proposal) > 1 then
      vim.bo[proposal].modifiable = true
      vim.api.nvim_buf_set_lines(proposal, -2, -1, false, {})
      vim.bo[proposal].modifiable = false
    end
  end
end

---@param offer antiphon.PendingCode
local function show(offer)
  local path = vim.uri_to_fname(offer.proposal.target.uri)
  local file = vim.fn.bufadd(path)
  vim.fn.bufload(file)
  local proposal = virtual_documents.open(offer.proposal.uri, function()
    drop_last_line(file, offer.windows[2])
    if shown == offer and vim.api.nvim_tabpage_is_valid(offer.tab) then
      vim.cmd.diffupdate()
    end
  end)
  offer.windows = splits.open_tab({ { 1, 2 } }, { file, proposal })
  offer.tab = vim.api.nvim_get_current_tabpage()
  vim.api.nvim_tabpage_set_var(offer.tab, 'antiphon_name', 'code for ' .. vim.fs.basename(path))
  require('antiphon.panes.buffer').show_hints(offer.windows[2])
  shown = offer
  for _, window in ipairs(offer.windows) do
    vim.api.nvim_win_call(window, function()
      vim.cmd.diffthis()
    end)
  end
  vim.bo[proposal].filetype = vim.bo[file].filetype
  local function escape(text)
    return (text:gsub('%%', '%%%%'))
  end
  local name, who = escape(vim.fs.basename(path)), escape(offer.title)
  local bar = (' %%#AntiphonModel#%s%%#AntiphonMeter# by %s'):format(name, who)
  bar = bar .. ' · <CR> accept · q leave'
  if #offer.unseen > 0 then
    bar = (' %%#AntiphonUnseen# %d unseen %%*'):format(#offer.unseen) .. bar
  end
  vim.wo[offer.windows[2]][0].winbar = bar .. '%*'
  vim.keymap.set('n', '<CR>', M.accept, { buffer = proposal, desc = 'Antiphon: accept the code' })
  vim.api.nvim_create_autocmd('BufWipeout', {
    buffer = proposal,
    once = true,
    callback = function()
      if shown == offer then
        shown = nil
        detach_unsaved(offer.attached)
      end
    end,
  })
  vim.api.nvim_set_current_win(offer.windows[2])
  if #offer.unseen > 0 then
    notify.warn(
      'the code has characters that cannot be seen: ' .. M.format_hidden_characters(offer.unseen)
    )
  end
  if offer.proposal.overtaken then
    notify.warn(offer.proposal.overtaken.message)
  end
end

--- Asks the server where the code can go, with unsaved text taken into account.
---@param offer antiphon.PendingCode
---@param target antiphon.CodeTarget|nil
---@param found fun(proposals: antiphon.CodeProposal[], problems: string[])
local function propose(offer, target, found)
  local argument = vim.tbl_extend('force', offer.argument, { target = target })
  client.command('antiphon.code.propose', argument, function(problem, result)
    if problem then
      detach_unsaved(offer.attached)
      return notify.response_error(problem)
    end
    offer.unseen = result.unseen
    found(result.proposals, result.problems or {})
  end)
end

---@param offer antiphon.PendingCode
---@param proposals antiphon.CodeProposal[]
local function choose(offer, proposals)
  local changing = vim.tbl_filter(function(proposal)
    return proposal.changes
  end, proposals)
  if #changing == 0 then
    detach_unsaved(offer.attached)
    return notify.info(('%s has this code already'):format(proposals[1].label))
  end
  local function select(proposal)
    if proposal then
      offer.proposal = proposal
      return show(offer)
    end
    detach_unsaved(offer.attached)
  end
  if #changing == 1 then
    return select(changing[1])
  end
  require('antiphon.ui.picker.select').select(changing, {
    prompt = 'Where does the code go?',
    format_item = function(proposal)
      return proposal.label
    end,
  }, select)
end

---@param path string
---@return antiphon.CodeTarget
local function whole_file(path)
  return { uri = vim.uri_from_fname(vim.fs.normalize(vim.fn.fnamemodify(path, ':p'))) }
end

--- Shows the diff that applying the code block under the cursor would make. If that diff is shown
--- already, accepts it.
---@param path? string the file; without it, those that were context of the question
function M.apply(path)
  if shown and vim.api.nvim_get_current_tabpage() == shown.tab then
    return M.accept()
  end
  local pane = panes.current()
  if not pane or not pane.id then
    return notify.warn('there is no pane under the cursor')
  end
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  local offer = {
    argument = { uri = pane.uri, position = { line = line, character = 0 } },
    title = pane.title,
    unseen = {},
    attached = attach_unsaved(),
  }
  propose(offer, path and whole_file(path) or nil, function(proposals, problems)
    if #proposals > 0 then
      return choose(offer, proposals)
    end
    local why = problems[1] and problems[1] .. ' ' or ''
    vim.ui.input({ prompt = why .. 'Which file is it for? ', completion = 'file' }, function(name)
      if not name or vim.trim(name) == '' then
        return detach_unsaved(offer.attached)
      end
      propose(offer, whole_file(vim.trim(name)), function(named)
        choose(offer, named)
      end)
    end)
  end)
end

--- Closes the diff without changing anything.
---@return boolean left
function M.leave()
  if shown and vim.api.nvim_get_current_tabpage() == shown.tab then
    close(shown)
    return true
  end
  return false
end

return M
