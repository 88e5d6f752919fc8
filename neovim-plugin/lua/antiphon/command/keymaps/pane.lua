--- The keys of panes, with their actions.

local passages = require('antiphon.command.keymaps.passages')

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

---@type antiphon.Key[]
local KEYS
KEYS = {
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
      passages.with_selection('send')
    end,
  },
  {
    plug = 'take',
    keys = { 'p' },
    modes = 'n',
    about = 'take this passage into the composer, a pane or a file',
    run = passages.take,
  },
  {
    plug = 'take',
    keys = { 'p' },
    modes = 'x',
    about = 'take what is selected',
    run = passages.take_selected,
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
    plug = 'yank-code',
    keys = { 'gy' },
    modes = 'n',
    about = 'yank this block of code',
    run = function()
      require('antiphon.answers.yank').yank(vim.v.register)
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
      require('antiphon.layout.grid').close_group()
    end,
  },
  {
    plug = 'keys',
    keys = { 'g?' },
    modes = 'n',
    about = 'show these keys',
    hint = 'keys',
    run = function()
      require('antiphon.command.keymaps.show').show(KEYS)
    end,
  },
}

return KEYS
