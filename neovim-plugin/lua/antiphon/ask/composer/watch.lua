--- Watches composers: what is typed, written and closed, and the end of Neovim.

local bar = require('antiphon.ask.composer.bar')
local drafts = require('antiphon.ask.composer.drafts')
local notify = require('antiphon.ui.notify')
local state = require('antiphon.ask.composer.state')
local typed = require('antiphon.ask.composer.typed')

local M = {}

--- Writes the text into a file, as `:write {name}` does.
---@param path string
local function write_file(path)
  local first, last = vim.fn.line("'["), vim.fn.line("']")
  vim.fn.writefile(vim.api.nvim_buf_get_lines(0, first - 1, last, false), path)
end

--- Sends the prompt if the user typed the write here; else the draft stays as it is.
---@param composer antiphon.Composer
---@param path string the name that is written to
---@param send fun(buffer: integer)
local function on_write(composer, path, send)
  if path ~= vim.api.nvim_buf_get_name(composer.buffer) then
    return write_file(path)
  end
  local command = typed.take()
  if command and command.writes and command.buffer == composer.buffer then
    return send(composer.buffer)
  end
  state.keep(composer)
  vim.bo[composer.buffer].modified = true
  if command then
    notify.info('the prompt in the composer is kept, not sent; `:w` there sends it')
  end
end

---@param composer antiphon.Composer
local function forget(composer)
  if vim.v.exiting ~= vim.NIL or state.is_open(composer) then
    return
  end
  state.stop_waiting(composer)
  state.all[composer.buffer] = nil
  composer.timer:stop()
  composer.timer:close()
  pcall(vim.api.nvim_del_augroup_by_name, 'antiphon_composer_' .. composer.buffer)
  drafts.drop(composer.id)
  pcall(vim.api.nvim_buf_delete, composer.buffer, { force = true })
end

---@param composer antiphon.Composer
---@param send fun(buffer: integer)
local function watch(composer, send)
  local group = vim.api.nvim_create_augroup('antiphon_composer_' .. composer.buffer, {})
  local function on(event, callback)
    local options = { group = group, buffer = composer.buffer, callback = callback }
    vim.api.nvim_create_autocmd(event, options)
  end
  on('BufWriteCmd', function(event)
    on_write(composer, event.file, send)
  end)
  on({ 'TextChanged', 'TextChangedI' }, function()
    state.stop_waiting(composer)
    composer.note = nil
    state.refresh(composer)
  end)
  on('BufWinEnter', function()
    bar.show(composer)
  end)
  on('BufHidden', function()
    state.keep(composer)
  end)
  on('WinClosed', function(event)
    if tonumber(event.match) == vim.api.nvim_get_current_win() then
      vim.schedule(function()
        state.go_back(composer)
      end)
    end
  end)
  on('BufUnload', function()
    -- `:edit!` loads it again at once.
    vim.schedule(function()
      forget(composer)
    end)
  end)
end

--- Keeps all drafts when Neovim ends, and lets them not hinder it.
local function watch_exit()
  local group = vim.api.nvim_create_augroup('antiphon_composers', {})
  local function keep_all()
    for _, composer in pairs(state.all) do
      state.keep(composer)
    end
  end
  vim.api.nvim_create_autocmd('VimLeavePre', { group = group, callback = keep_all })
  vim.api.nvim_create_autocmd('ExitPre', {
    group = group,
    callback = function()
      keep_all()
      for buffer in pairs(state.all) do
        local was_modified = vim.bo[buffer].modified
        vim.bo[buffer].modified = false
        -- Another buffer may keep Neovim open.
        vim.schedule(function()
          if state.all[buffer] then
            vim.bo[buffer].modified = was_modified
          end
        end)
      end
    end,
  })
end

--- Watches a composer until it is closed.
---@param composer antiphon.Composer
---@param send fun(buffer: integer) sends its prompt
function M.start(composer, send)
  typed.watch()
  watch_exit()
  watch(composer, send)
end

return M
