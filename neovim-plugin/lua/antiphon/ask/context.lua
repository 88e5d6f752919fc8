--- Builds context items from selections and files, with unsaved changes.

local M = {}

---@param first integer one-based
---@param last integer
---@return antiphon.Range
local function whole_lines(first, last)
  return {
    start = { line = first - 1, character = 0 },
    ['end'] = { line = last, character = 0 },
  }
end

--- Returns lines of a buffer as a context item, with their text, as it may be unsaved.
---@param buffer integer
---@param first integer one-based
---@param last integer
---@return antiphon.ContextItem
function M.lines(buffer, first, last)
  local lines = vim.api.nvim_buf_get_lines(buffer, first - 1, last, false)
  return {
    uri = vim.uri_from_bufnr(buffer),
    range = whole_lines(first, last),
    text = table.concat(lines, '\n') .. '\n',
    languageId = vim.bo[buffer].filetype,
  }
end

--- Returns the last Visual selection as a context item, or the whole lines if the range is another.
---@param buffer integer
---@param first integer
---@param last integer
---@return antiphon.ContextItem
function M.selection(buffer, first, last)
  local item = M.lines(buffer, first, last)
  local from, to = vim.fn.getpos("'<"), vim.fn.getpos("'>")
  if vim.fn.visualmode() ~= 'v' or from[2] ~= first or to[2] ~= last then
    return item
  end
  item.text = table.concat(vim.fn.getregion(from, to, { type = 'v' }), '\n')
  local start_line = vim.fn.getline(first)
  local end_line = vim.fn.getline(last)
  local ends_at = math.min(to[3], #end_line)
  ends_at = ends_at + #vim.fn.matchstr(end_line:sub(ends_at + 1), '^[\\x80-\\xbf]*')
  item.range = {
    start = { line = first - 1, character = vim.str_utfindex(start_line, 'utf-16', from[3] - 1) },
    ['end'] = { line = last - 1, character = vim.str_utfindex(end_line, 'utf-16', ends_at) },
  }
  return item
end

--- What git says of the open folders, by the words for it.
M.CHANGES = { ['@diff'] = 'git:diff', ['@staged'] = 'git:staged' }

---@param uri string
---@return string|nil
local function word_for(uri)
  for word, each in pairs(M.CHANGES) do
    if each == uri then
      return word
    end
  end
end

--- Returns a file, or `@diff` or `@staged`, as a context item; nil if a file is not readable.
---@param path string
---@return antiphon.ContextItem|nil
function M.named(path)
  local uri = M.CHANGES[path]
  return uri and { uri = uri } or M.file(path)
end

--- Returns a file as a context item, with unsaved changes, or nil if it is not readable.
---@param path string
---@return antiphon.ContextItem|nil
function M.file(path)
  local full = vim.fs.normalize(vim.fn.fnamemodify(path, ':p'))
  local buffer = vim.fn.bufnr('^' .. vim.fn.fnameescape(full) .. '$')
  if buffer > 0 and vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].modified then
    local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
    return {
      uri = vim.uri_from_fname(full),
      text = table.concat(lines, '\n') .. '\n',
      languageId = vim.bo[buffer].filetype,
    }
  end
  local file = io.open(full, 'rb')
  local text = file and file:read('*a')
  if file then
    file:close()
  end
  return text and { uri = vim.uri_from_fname(full), text = text } or nil
end

--- Formats a short label: `app.py:3-9, notes.md`.
---@param items antiphon.ContextItem[]
---@return string
function M.format_label(items)
  return table.concat(
    vim.tbl_map(function(item)
      local name = word_for(item.uri) or vim.fs.basename(vim.uri_to_fname(item.uri))
      if not item.range then
        return name
      end
      local last = item.range['end']
      local to = last.character == 0 and last.line or last.line + 1
      local from = item.range.start.line + 1
      return ('%s:%d'):format(name, from) .. (to > from and ('-%d'):format(to) or '')
    end, items),
    ', '
  )
end

return M
