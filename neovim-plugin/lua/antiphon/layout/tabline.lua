--- Shows the models of panes in the tab line, unless the user has set 'tabline'. Neovim's own would
--- show the shortened URIs of buffers.

local pane_buffer = require('antiphon.panes.buffer')
local panes = require('antiphon.panes')

local M = {}

local OURS = "%!v:lua.require'antiphon.layout.tabline'.text()"
local LONGEST = 32

---@param tab integer
---@return string
local function pane_names(tab)
  local names, running = {}, false
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(tab)) do
    local pane = panes.of_buffer(vim.api.nvim_win_get_buf(window))
    if pane then
      names[#names + 1] = pane.title
      running = running or panes.is_answering(pane)
    end
  end
  local text = table.concat(names, ', ')
  if vim.fn.strdisplaywidth(text) > LONGEST then
    text = vim.fn.strcharpart(text, 0, LONGEST - 1) .. '…'
  end
  return (running and '● ' or '') .. text
end

--- Returns the name that Neovim gives to a tab page.
---@param tab integer
---@return string
local function default_name(tab)
  local windows = vim.tbl_filter(function(window)
    return vim.api.nvim_win_get_config(window).relative == ''
  end, vim.api.nvim_tabpage_list_wins(tab))
  local buffer = vim.api.nvim_win_get_buf(vim.api.nvim_tabpage_get_win(tab))
  -- Beside panes, the tab page is called by the file.
  for _, window in ipairs(panes.of_buffer(buffer) and windows or {}) do
    local other = vim.api.nvim_win_get_buf(window)
    if panes.of_buffer(buffer) and not panes.of_buffer(other) then
      buffer = other
    end
  end
  local path = vim.api.nvim_buf_get_name(buffer)
  -- For an empty name `:~:.` gives the current folder.
  local name = path == '' and '' or vim.fn.pathshorten(vim.fn.fnamemodify(path, ':~:.'))
  local count = #windows > 1 and ('%d'):format(#windows) or ''
  local marks = vim.trim(count .. (vim.bo[buffer].modified and '+' or ''))
  return vim.trim(('%s %s'):format(marks, name ~= '' and name or '[No Name]'))
end

--- Returns the tab line.
---@return string
function M.text()
  local here, parts = vim.api.nvim_get_current_tabpage(), {}
  for number, tab in ipairs(vim.api.nvim_list_tabpages()) do
    local names = vim.t[tab].antiphon and pane_names(tab) or vim.t[tab].antiphon_name or ''
    local name = (names ~= '' and names or default_name(tab)):gsub('%%', '%%%%')
    local group = tab == here and '%#TabLineSel#' or '%#TabLine#'
    parts[number] = ('%s%%%dT %s '):format(group, number, name)
  end
  return table.concat(parts) .. '%#TabLineFill#%T%=%#TabLine#%999XX'
end

--- Sets the tab line until the last tab page of panes is closed.
function M.show()
  if not pane_buffer.has_default('tabline') then
    return
  end
  local before = vim.go.tabline
  vim.go.tabline = OURS
  local group = vim.api.nvim_create_augroup('antiphon_tabline', {})
  vim.api.nvim_create_autocmd('TabClosed', {
    group = group,
    callback = function()
      for _, tab in ipairs(vim.api.nvim_list_tabpages()) do
        if vim.t[tab].antiphon then
          return
        end
      end
      vim.api.nvim_del_augroup_by_id(group)
      if vim.go.tabline == OURS then
        vim.go.tabline = before
      end
    end,
  })
end

return M
