--- Sets up the buffer of a pane and its windows: options, highlighting, name.

local M = {}

local HINTS = " %{g:actual_curwin == win_getid() ? get(b:, 'antiphon_hints', '') : ''}%<%=%P "

local WINDOW_OPTIONS = {
  wrap = true,
  linebreak = true,
  breakindent = true,
  number = false,
  relativenumber = false,
  signcolumn = 'no',
  foldcolumn = '0',
  spell = false,
  list = false,
  conceallevel = 0,
  colorcolumn = '',
}

--- Has Neovim parse panes and other documents as Markdown, for plugins that ask by filetype.
local function register_language()
  vim.treesitter.language.register('markdown', { 'antiphon-answer', 'antiphon-document' })
  register_language = function() end
end

--- Configures a buffer that only a stream writes into.
---@param buffer integer
---@param filetype? string without it the filetype of panes
function M.configure(buffer, filetype)
  register_language()
  local options = vim.bo[buffer]
  options.buftype = 'nofile'
  options.bufhidden = 'hide'
  options.swapfile = false
  options.undolevels = -1
  options.modeline = false
  options.modifiable = false
  options.modified = false
  -- Last, so that the user's FileType autocommands override the options.
  options.filetype = filetype or 'antiphon-answer'
  M.set_options_of_windows(buffer)
end

---@return integer
function M.create()
  local buffer = vim.api.nvim_create_buf(false, true)
  M.configure(buffer)
  return buffer
end

--- Names the buffer by its URI exactly, and deletes another buffer of that name.
---@param buffer integer
---@param uri string
function M.name(buffer, uri)
  if vim.api.nvim_buf_get_name(buffer) == uri then
    return
  end
  for _, other in ipairs(vim.api.nvim_list_bufs()) do
    if other ~= buffer and vim.api.nvim_buf_get_name(other) == uri then
      vim.api.nvim_buf_delete(other, { force = true })
    end
  end
  vim.api.nvim_buf_set_name(buffer, uri)
end

---@param window integer
function M.set_window_options(window)
  for name, value in pairs(WINDOW_OPTIONS) do
    vim.wo[window][0][name] = value
  end
  -- No tildes below the last line; the user's other characters stay.
  local others = vim.go.fillchars
  vim.wo[window][0].fillchars = others .. (others == '' and '' or ',') .. 'eob: '
end

--- Returns whether an option has Neovim's default value; 0.12 has a default statusline.
---@param name "statusline"|"tabline"
---@return boolean
function M.has_default(name)
  return vim.go[name] == '' or vim.go[name] == vim.api.nvim_get_option_info2(name, {}).default
end

--- Shows the keys in the statusline of the current window, unless the user has a statusline. The
--- buffer's name is a long URI, and the winbar says more.
---@param window integer
function M.show_hints(window)
  if M.has_default('statusline') then
    vim.wo[window][0].statusline = HINTS
  end
end

---@param buffer integer
function M.set_options_of_windows(buffer)
  for _, window in ipairs(vim.fn.win_findbuf(buffer)) do
    M.set_window_options(window)
  end
end

--- Highlights streaming text by a few patterns, many times cheaper than a parser.
---@param buffer integer
function M.show_streaming(buffer)
  if vim.b[buffer].ts_highlight then
    vim.treesitter.stop(buffer)
  end
  vim.bo[buffer].syntax = 'antiphon-answer'
end

--- Highlights settled text by the parser, unless it is very long.
---@param buffer integer
function M.show_settled(buffer)
  local longest = require('antiphon.config').get().treesitter_max_lines
  if vim.api.nvim_buf_line_count(buffer) <= longest then
    pcall(vim.treesitter.start, buffer, 'markdown')
  end
end

return M
