--- Inserts a passage of an answer into the composer, another pane or a file.

local notify = require('antiphon.ui.notify')

local M = {}

local MOST_FILES = 5

---@param passage antiphon.Passage
---@param go fun()
local function confirm_hidden_characters(passage, go)
  local codes = {}
  for _, line in ipairs(vim.split(passage.text, '\n')) do
    for _, each in ipairs(require('antiphon.ui.hidden_characters').find(line)) do
      codes[('U+%04X'):format(each.code)] = true
    end
  end
  if not next(codes) then
    return go()
  end
  local names = table.concat(vim.tbl_keys(codes), ', ')
  local prompt = 'The passage has characters that cannot be seen: %s. Take it all the same?'
  require('antiphon.ui.picker.select').select(
    { 'Do not take it', 'Take it' },
    { prompt = prompt:format(names) },
    function(_, index)
      if index == 2 then
        go()
      end
    end
  )
end

---@param passage antiphon.Passage
function M.into_composer(passage)
  confirm_hidden_characters(passage, function()
    require('antiphon.ask.composer').append(passage.text)
  end)
end

--- Sends the passage to other panes, with its origin.
---@param passage antiphon.Passage
---@param to? string[] titles of panes and ids of models; without them the user chooses
---@param prompt? string a question about it
function M.into_panes(passage, to, prompt)
  if not passage.pane or not passage.pane.id then
    return notify.warn(
      'only what stands in a pane can be taken to another; move to an answer first'
    )
  end
  require('antiphon.answers.send').passage(passage.pane, passage.range, {
    mode = prompt and 'ask' or 'context',
    prompt = prompt,
    to = to,
  })
end

--- Lists the open files, most recently used first.
---@return integer[]
local function recent_files()
  local found = vim.tbl_filter(function(info)
    local options = vim.bo[info.bufnr]
    return info.name ~= '' and options.buftype == '' and options.modifiable
  end, vim.fn.getbufinfo({ buflisted = 1, bufloaded = 1 }))
  table.sort(found, function(a, b)
    return a.lastused > b.lastused
  end)
  return vim.tbl_map(function(info)
    return info.bufnr
  end, found)
end

--- Returns the cursor in the buffer, or its last position if no window shows the buffer. The line
--- is one-based, the column in bytes.
---@param buffer integer
---@return [integer, integer] cursor
---@return integer|nil window
local function last_cursor(buffer)
  local window = vim.fn.bufwinid(buffer)
  window = window ~= -1 and window or vim.fn.win_findbuf(buffer)[1]
  if window then
    return vim.api.nvim_win_get_cursor(window), window
  end
  local mark = vim.api.nvim_buf_get_mark(buffer, '"')
  return { math.max(1, math.min(mark[1], vim.api.nvim_buf_line_count(buffer))), mark[2] }, nil
end

--- Inserts the text as one change: at the end of the line if the cursor is there, else below it.
--- A passage is never put into the middle of a line.
---@param buffer integer
---@param passage antiphon.Passage
local function insert_at_cursor(buffer, passage)
  local cursor, window = last_cursor(buffer)
  local row, lines = cursor[1] - 1, vim.split(passage.text, '\n')
  local last = lines[#lines]
  -- Setting the option closes the undo block: two passages are two changes.
  vim.bo[buffer].undolevels = vim.bo[buffer].undolevels
  local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]
  local is_at_end = cursor[2] + vim.str_utf_end(line .. ' ', cursor[2] + 1) + 1 >= #line
  if passage.is_lines or not is_at_end then
    vim.api.nvim_buf_set_lines(buffer, row + 1, row + 1, false, lines)
    cursor = { row + 1 + #lines, 0 }
  else
    local column = #line
    vim.api.nvim_buf_set_text(buffer, row, column, row, column, lines)
    cursor = { row + #lines, (#lines == 1 and column or 0) + math.max(0, #last - 1) }
  end
  if window then
    vim.api.nvim_win_set_cursor(window, cursor)
  else
    vim.api.nvim_buf_set_mark(buffer, '"', cursor[1], cursor[2], {})
  end
end

---@param buffer integer
---@return string
local function format_label(buffer)
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(buffer), ':~:.')
  return ('%s, line %d'):format(name, last_cursor(buffer)[1])
end

---@param passage antiphon.Passage
---@param buffer integer
local function into_buffer(passage, buffer)
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(buffer))
  if not vim.bo[buffer].modifiable then
    return notify.error(('%s cannot be changed; name another file'):format(name))
  end
  confirm_hidden_characters(passage, function()
    insert_at_cursor(buffer, passage)
    notify.info(('taken into %s; `u` there takes it back'):format(name))
  end)
end

--- Inserts the passage after the last cursor of a file, as one change.
---@param passage antiphon.Passage
---@param path? string without it the most recently used file
function M.into_file(passage, path)
  if not path then
    local last = recent_files()[1]
    if not last then
      return notify.warn('no file is open; name one: `:Antiphon take file={path}`')
    end
    return into_buffer(passage, last)
  end
  local buffer = vim.fn.bufadd(vim.fn.fnamemodify(path, ':p'))
  local ok = vim.fn.isdirectory(path) == 0 and pcall(vim.fn.bufload, buffer)
  if not ok then
    return notify.error(('%s cannot be opened'):format(path))
  end
  vim.bo[buffer].buflisted = true
  into_buffer(passage, buffer)
end

--- Asks for the name of the file.
---@param passage antiphon.Passage
local function into_named_file(passage)
  vim.ui.input({ prompt = 'Take it into the file: ', completion = 'file' }, function(name)
    if name and vim.trim(name) ~= '' then
      M.into_file(passage, vim.trim(name))
    end
  end)
end

--- Asks the user where the passage goes.
---@param passage antiphon.Passage
function M.choose_target(passage)
  local ways = { { 'the composer', M.into_composer } }
  if passage.pane then
    ways[2] = { 'other panes …', M.into_panes }
  end
  for _, buffer in ipairs(vim.list_slice(recent_files(), 1, MOST_FILES)) do
    ways[#ways + 1] = {
      format_label(buffer),
      function()
        into_buffer(passage, buffer)
      end,
    }
  end
  ways[#ways + 1] = { 'another file …', into_named_file }
  require('antiphon.ui.picker.select').select(ways, {
    prompt = 'Take this passage into',
    format_item = function(way)
      return way[1]
    end,
  }, function(way)
    if way then
      way[2](passage)
    end
  end)
end

---@class antiphon.TakeOptions
---@field lines? [integer, integer] The first and the last line of the selection.
---@field to? string[] `compose`, `file`, titles of panes or ids of models.
---@field file? string
---@field prompt? string A question to those panes about it.

--- Inserts the selection or the passage under the cursor; without a target the user chooses one.
---@param options antiphon.TakeOptions
function M.insert(options)
  local passages, lines, to = require('antiphon.answers.passage'), options.lines, options.to or {}
  local passage = lines and passages.of_selection(lines[1], lines[2]) or passages.at_cursor()
  if not passage then
    return notify.warn('no passage here: select one, or `:Antiphon consensus`')
  elseif vim.trim(passage.text) == '' then
    return notify.warn('there is nothing to take in this selection')
  elseif options.file or to[1] == 'file' then
    return M.into_file(passage, options.file)
  elseif to[1] == 'compose' then
    return M.into_composer(passage)
  elseif #to > 0 or options.prompt then
    return M.into_panes(passage, to, options.prompt)
  end
  M.choose_target(passage)
end

return M
