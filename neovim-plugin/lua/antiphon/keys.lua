--- The keys of panes and composers: each a `<Plug>`, with a default where the person chose none.

local M = {}

---@class antiphon.Key
---@field plug string
---@field keys string[]
---@field modes string
---@field about string
---@field run fun()

local function antiphon()
  return require('antiphon')
end

---@param direction 1|-1
local function go_to_turn(direction)
  local buffer = vim.api.nvim_get_current_buf()
  local marks = require('antiphon.marks')
  local line = marks.turn_beside(buffer, vim.api.nvim_win_get_cursor(0)[1], direction)
  if line then
    vim.cmd("normal! m'")
    vim.api.nvim_win_set_cursor(0, { line, 0 })
  end
end

---@type antiphon.Key[]
M.PANE = {
  {
    plug = 'reply',
    keys = { '<CR>' },
    modes = 'n',
    about = 'reply in this pane',
    run = function()
      antiphon().reply()
    end,
  },
  {
    plug = 'reply-all',
    keys = { 'A' },
    modes = 'n',
    about = 'reply in all panes',
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
    plug = 'leave',
    keys = { 'q' },
    modes = 'n',
    about = 'close these panes (:Antiphon panes shows them again)',
    run = function()
      require('antiphon.grid').leave()
    end,
  },
  {
    plug = 'keys',
    keys = { 'g?' },
    modes = 'n',
    about = 'show these keys',
    run = function()
      M.show(M.PANE)
    end,
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
      require('antiphon.compose').send(vim.api.nvim_get_current_buf())
    end,
  },
  {
    plug = 'choose-models',
    keys = { 'gm' },
    modes = 'n',
    about = 'choose models',
    run = function()
      require('antiphon.compose').choose(vim.api.nvim_get_current_buf())
    end,
  },
}

---@param buffer integer
---@param list antiphon.Key[]
local function map(buffer, list)
  local with_defaults = require('antiphon.config').get().keymaps
  for _, key in ipairs(list) do
    local plug = ('<Plug>(antiphon-%s)'):format(key.plug)
    for mode in key.modes:gmatch('.') do
      vim.keymap.set(mode, plug, key.run, { buffer = buffer, desc = 'Antiphon: ' .. key.about })
      if with_defaults and vim.fn.hasmapto(plug, mode) == 0 then
        for _, lhs in ipairs(key.keys) do
          vim.keymap.set(mode, lhs, plug, {
            buffer = buffer,
            desc = 'Antiphon: ' .. key.about,
            nowait = true,
          })
        end
      end
    end
  end
end

---@param buffer integer
function M.map_pane(buffer)
  map(buffer, M.PANE)
end

---@param buffer integer
function M.map_composer(buffer)
  map(buffer, M.COMPOSER)
end

--- Shows what the keys do.
---@param list antiphon.Key[]
function M.show(list)
  local chunks = {}
  for _, key in ipairs(list) do
    chunks[#chunks + 1] = { ('%-8s'):format(table.concat(key.keys, ' ')), 'AntiphonKey' }
    chunks[#chunks + 1] = { key.about .. '\n' }
  end
  vim.api.nvim_echo(chunks, false, {})
end

return M
