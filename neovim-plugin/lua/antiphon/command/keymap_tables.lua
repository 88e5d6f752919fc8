--- The keys of panes, composers and other documents, with their actions.

local M = {}

---@class antiphon.Key
---@field plug string
---@field keys string[]
---@field modes string
---@field about string
---@field hint? string One word for the statusline.
---@field run fun()

--- Shows what the keys do.
---@param list antiphon.Key[]
local function show(list)
  local chunks = {}
  for _, key in ipairs(list) do
    chunks[#chunks + 1] = { ('%-8s'):format(table.concat(key.keys, ' ')), 'AntiphonKey' }
    chunks[#chunks + 1] = { key.about .. '\n' }
  end
  vim.api.nvim_echo(chunks, false, {})
end

local function antiphon()
  return require('antiphon')
end

---@param direction 1|-1
local function go_to_turn(direction)
  local buffer = vim.api.nvim_get_current_buf()
  local turn_marks = require('antiphon.panes.turn_marks')
  local line = turn_marks.find_turn(buffer, vim.api.nvim_win_get_cursor(0)[1], direction)
  if line then
    vim.cmd("normal! m'")
    vim.api.nvim_win_set_cursor(0, { line, 0 })
  end
end

--- Runs a subcommand on the selection. Its marks are set only after Visual mode has ended.
---@param subcommand string
local function with_selection(subcommand)
  vim.api.nvim_feedkeys(vim.keycode((':Antiphon %s<CR>'):format(subcommand)), 'nx', false)
end

local function insert()
  antiphon().take()
end

local function insert_selected()
  with_selection('take')
end

---@type antiphon.Key[]
M.PANE = {
  {
    plug = 'reply',
    keys = { '<CR>' },
    modes = 'n',
    about = 'reply in this pane',
    hint = 'reply',
    run = function()
      antiphon().reply()
    end,
  },
  {
    plug = 'reply-all',
    keys = { 'A' },
    modes = 'n',
    about = 'reply in all panes',
    hint = 'all',
    run = function()
      antiphon().reply({ target = 'all' })
    end,
  },
  {
    plug = 'reply-compose',
    keys = { 'C' },
    modes = 'n',
    about = 'write a longer reply',
    run = function()
      antiphon().reply({ compose = true })
    end,
  },
  {
    plug = 'stop',
    keys = { '<C-c>' },
    modes = 'n',
    about = 'stop this pane',
    run = function()
      antiphon().stop()
    end,
  },
  {
    plug = 'stop-all',
    keys = { 'X' },
    modes = 'n',
    about = 'stop all panes',
    run = function()
      antiphon().stop(true)
    end,
  },
  {
    plug = 'regenerate',
    keys = { 'R' },
    modes = 'n',
    about = 'ask for the last answer again',
    run = function()
      antiphon().regenerate()
    end,
  },
  {
    plug = 'next-pane',
    keys = { '<Tab>' },
    modes = 'n',
    about = 'next pane',
    run = function()
      vim.cmd.wincmd('w')
    end,
  },
  {
    plug = 'previous-pane',
    keys = { '<S-Tab>' },
    modes = 'n',
    about = 'previous pane',
    run = function()
      vim.cmd.wincmd('W')
    end,
  },
  {
    plug = 'next-turn',
    keys = { ']]' },
    modes = 'nxo',
    about = 'next turn',
    run = function()
      go_to_turn(1)
    end,
  },
  {
    plug = 'previous-turn',
    keys = { '[[' },
    modes = 'nxo',
    about = 'previous turn',
    run = function()
      go_to_turn(-1)
    end,
  },
  {
    plug = 'compare',
    keys = { 'D' },
    modes = 'n',
    about = 'compare this answer with others',
    run = function()
      antiphon().compare()
    end,
  },
  {
    plug = 'send-to',
    keys = { 'S' },
    modes = 'n',
    about = 'send this message to other panes or models',
    run = function()
      antiphon().send()
    end,
  },
  {
    plug = 'send-to',
    keys = { 'S' },
    modes = 'x',
    about = 'send what is selected to other panes or models',
    run = function()
      with_selection('send')
    end,
  },
  {
    plug = 'take',
    keys = { 'p' },
    modes = 'n',
    about = 'take this passage into the composer, a pane or a file',
    run = insert,
  },
  {
    plug = 'take',
    keys = { 'p' },
    modes = 'x',
    about = 'take what is selected',
    run = insert_selected,
  },
  {
    plug = 'apply',
    keys = { 'P' },
    modes = 'n',
    about = 'put this block of code into its file, after a look',
    run = function()
      antiphon().apply()
    end,
  },
  {
    plug = 'definition',
    keys = { 'gd' },
    modes = 'n',
    about = 'go to where this came from',
    run = function()
      require('antiphon.layout.quickfix').definition()
    end,
  },
  {
    plug = 'references',
    keys = { 'grr' },
    modes = 'n',
    about = 'list where this went',
    run = function()
      require('antiphon.layout.quickfix').references()
    end,
  },
  {
    plug = 'leave',
    keys = { 'q' },
    modes = 'n',
    about = 'close these panes (:Antiphon panes shows them again)',
    run = function()
      require('antiphon.layout.grid').close_tab()
    end,
  },
  {
    plug = 'keys',
    keys = { 'g?' },
    modes = 'n',
    about = 'show these keys',
    hint = 'keys',
    run = function()
      show(M.PANE)
    end,
  },
}

--- The keys of documents other than panes.
---@type antiphon.Key[]
M.DOCUMENT = {
  {
    plug = 'document-leave',
    keys = { 'q' },
    modes = 'n',
    about = 'leave',
    hint = 'leave',
    run = function()
      require('antiphon').leave()
    end,
  },
  {
    plug = 'document-definition',
    keys = { 'gd' },
    modes = 'n',
    about = 'go to where this came from',
    run = function()
      require('antiphon.layout.quickfix').definition()
    end,
  },
  {
    plug = 'document-take',
    keys = { 'p' },
    modes = 'n',
    about = 'take this passage into the composer, a pane or a file',
    run = insert,
  },
  {
    plug = 'document-take',
    keys = { 'p' },
    modes = 'x',
    about = 'take what is selected',
    run = insert_selected,
  },
}

---@type antiphon.Key[]
M.COMPOSER = {
  {
    plug = 'send',
    keys = { '<C-CR>' },
    modes = 'ni',
    about = 'send',
    run = function()
      vim.cmd.stopinsert()
      require('antiphon.ask.composer').send(vim.api.nvim_get_current_buf())
    end,
  },
  {
    plug = 'choose-models',
    keys = { 'gm' },
    modes = 'n',
    about = 'choose models',
    run = function()
      require('antiphon.ask.composer').choose(vim.api.nvim_get_current_buf())
    end,
  },
}

return M
