--- The keys of composers, with their actions.

local function send()
  vim.cmd.stopinsert()
  require('antiphon.ask.composer').send(vim.api.nvim_get_current_buf())
end

---@type antiphon.Key[]
local KEYS
KEYS = {
  {
    plug = 'send',
    keys = { '<C-CR>' },
    modes = 'ni',
    about = 'send',
    run = send,
  },
  {
    plug = 'send',
    keys = { 'ZZ' },
    modes = 'n',
    about = 'send',
    run = send,
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
  {
    plug = 'add-file',
    keys = { 'ga' },
    modes = 'n',
    about = 'add a file, @diff or @staged, or leave it out',
    run = function()
      require('antiphon.ask.composer').add_file(vim.api.nvim_get_current_buf())
    end,
  },
  {
    plug = 'composer-keys',
    keys = { 'g?' },
    modes = 'n',
    about = 'show these keys',
    run = function()
      require('antiphon.command.keymaps.show').show(KEYS)
    end,
  },
}

return KEYS
