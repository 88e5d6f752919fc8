-- Runs at the start of Neovim, and loads nothing before it is used.
if vim.g.loaded_antiphon then
  return
end
vim.g.loaded_antiphon = 1

vim.api.nvim_create_user_command('Antiphon', function(invoked)
  require('antiphon.command').run(invoked)
end, {
  nargs = '*',
  range = true,
  bang = true,
  desc = 'Ask many language models at once',
  complete = function(...)
    return require('antiphon.command').complete(...)
  end,
})

local PLUGS = { 'ask', 'compose', 'models', 'panes', 'sessions', 'search', 'meter' }
for _, name in ipairs(PLUGS) do
  local plug = ('<Plug>(antiphon-%s)'):format(name)
  vim.keymap.set('n', plug, ('<Cmd>Antiphon %s<CR>'):format(name))
  vim.keymap.set('x', plug, (':Antiphon %s<CR>'):format(name), { silent = true })
end

local group = vim.api.nvim_create_augroup('antiphon', {})
vim.api.nvim_create_autocmd('BufReadCmd', {
  group = group,
  pattern = 'antiphon:/*',
  callback = function(event)
    require('antiphon.ui.highlight').define()
    require('antiphon.panes.restore').load_and_wait(event.buf)
  end,
})
-- A session is followed while it is shown, and its own runs are enough while they stream.
local function follow()
  require('antiphon.history.follow').sync()
end
vim.api.nvim_create_autocmd({ 'BufWinEnter', 'BufWinLeave' }, {
  group = group,
  pattern = 'antiphon:/*',
  callback = follow,
})
vim.api.nvim_create_autocmd('User', {
  group = group,
  pattern = { 'AntiphonSessionOpened', 'AntiphonPaneStart', 'AntiphonDone', 'AntiphonRestart' },
  callback = follow,
})
-- Not in ftdetect/, which would load Neovim's `vim.filetype` at every start.
vim.api.nvim_create_autocmd({ 'BufReadPre', 'BufNewFile' }, {
  group = group,
  pattern = { '*.antiphon.md', '*.antiphon.yaml' },
  callback = function(event)
    vim.filetype.add({
      pattern = {
        ['.*%.antiphon%.md'] = 'antiphon',
        ['.*%.antiphon%.yaml'] = { 'antiphon-pipeline', { priority = 10 } },
      },
    })
    if event.event == 'BufNewFile' then
      local is_prompt = vim.endswith(event.match, '.md')
      vim.bo[event.buf].filetype = is_prompt and 'antiphon' or 'antiphon-pipeline'
    end
  end,
})
vim.api.nvim_create_autocmd('SessionLoadPost', {
  group = group,
  callback = function()
    for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
      if vim.startswith(vim.api.nvim_buf_get_name(buffer), 'antiphon:/') then
        require('antiphon.ui.highlight').define()
        return require('antiphon.panes.restore').after_session_load()
      end
    end
  end,
})
-- Without `blank`, Vim leaves windows of buffers that are no files out, and their tab page empty.
vim.api.nvim_create_autocmd('SessionWritePost', {
  group = group,
  callback = function()
    if vim.list_contains(vim.opt.sessionoptions:get(), 'blank') then
      return
    end
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      local buffer = vim.api.nvim_win_get_buf(window)
      if vim.startswith(vim.api.nvim_buf_get_name(buffer), 'antiphon:/') then
        return require('antiphon.ui.notify').warn(
          "The session leaves panes out, because 'sessionoptions' has no `blank`: "
            .. ':set sessionoptions+=blank and :mksession! again.'
        )
      end
    end
  end,
})
