--- The library of prompt files: the workspace's, the user's and those of the product.

local client = require('antiphon.server.client')
local notify = require('antiphon.ui.notify')

local M = {}

local SUFFIX = '.antiphon.md'
local FOLDER = '.antiphon/prompts'
local WAIT_MS = 3000

--- Returns the short name of a prompt file: its file name without the ending.
---@param uri string
---@return string
function M.short_name(uri)
  return (vim.fs.basename(vim.uri_to_fname(uri)):gsub('%.antiphon%.md$', ''))
end

---@param done fun(prompts: antiphon.PromptInfo[])
---@param otherwise? fun(problem: lsp.ResponseError)
function M.list(done, otherwise)
  client.command('antiphon.prompt.list', {}, function(problem, result)
    if problem then
      return (otherwise or notify.response_error)(problem)
    end
    done(result.prompts)
  end)
end

--- Returns the short names for completion; it waits for the server briefly.
---@return string[]
function M.completions()
  local names, is_done = {}, false
  if not client.current() and not require('antiphon.server.locate').find() then
    return names
  end
  M.list(function(prompts)
    for _, prompt in ipairs(prompts) do
      names[#names + 1] = M.short_name(prompt.uri)
    end
    is_done = true
  end, function()
    is_done = true
  end)
  vim.wait(WAIT_MS, function()
    return is_done
  end, 20)
  return names
end

---@param prompts antiphon.PromptInfo[]
---@param name string
---@return antiphon.PromptInfo|nil
local function find(prompts, name)
  return vim.iter(prompts):find(function(prompt)
    return prompt.name == name or M.short_name(prompt.uri) == name
  end)
end

---@param prompt antiphon.PromptInfo
---@return string
local function format_item(prompt)
  local about = prompt.description and '  ' .. prompt.description or ''
  return ('%s%s  (%s)'):format(prompt.name, about, prompt.source)
end

--- Calls back with the address of a prompt file: by its name in the library or its path, or one
--- that the user chooses.
---@param name string
---@param done fun(uri: string)
function M.resolve(name, done)
  local path = vim.fs.normalize(vim.fn.fnamemodify(name, ':p'))
  if name:find(SUFFIX, 1, true) and vim.uv.fs_stat(path) then
    return done(vim.uri_from_fname(path))
  end
  M.list(function(prompts)
    local known = find(prompts, name)
    if known then
      return done(known.uri)
    elseif name ~= '' then
      local text = 'there is no prompt file `%s`; `:Antiphon prompt` lists them'
      return notify.error(text:format(name))
    end
    local options = { prompt = 'Antiphon prompt', format_item = format_item }
    require('antiphon.ui.picker.select').select(prompts, options, function(prompt)
      if prompt then
        done(prompt.uri)
      end
    end)
  end)
end

--- Returns where the folder keeps a prompt of this name.
---@param name string
---@return string
local function path_of(name)
  local root = vim.fs.root(0, '.git') or vim.fn.getcwd()
  local slug = name:gsub('%.antiphon%.md$', ''):gsub('[^%w._-]+', '-')
  return vim.fs.joinpath(root, FOLDER, slug .. SUFFIX)
end

--- Returns what an imported prompt is called: as its file, or as the folder of a `SKILL.md`.
---@param source string a path
---@return string
local function name_of_import(source)
  local name = vim.fs.basename(source)
  if name:lower() == 'skill.md' then
    name = vim.fs.basename(vim.fs.dirname(source))
  end
  return (name:gsub('%.ya?ml$', ''):gsub('%.md$', ''):gsub('%.prompt$', ''))
end

--- Opens a text as a new prompt file of the folder, which `:write` saves.
---@param source string the path that it was imported from
---@param text string
function M.write_new(source, text)
  local path = path_of(name_of_import(source))
  local buffer = vim.api.nvim_create_buf(true, false)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(text), '\n'))
  -- If the name is in use, Neovim says so, and `:write` needs a `!` for a file that exists.
  pcall(vim.api.nvim_buf_set_name, buffer, path)
  vim.api.nvim_create_autocmd('BufWritePre', {
    buffer = buffer,
    callback = function(event)
      vim.fn.mkdir(vim.fs.dirname(vim.api.nvim_buf_get_name(event.buf)), 'p')
    end,
  })
  require('antiphon.layout.splits').open_beside(buffer, { split = 'below', win = -1 })
  vim.bo[buffer].filetype = 'antiphon'
end

--- Saves a composer's text as a prompt file of the folder, and opens it.
---@param name string
---@param buffer integer
---@param models string[]|nil
---@param may_replace boolean
function M.save(name, buffer, models, may_replace)
  local path = path_of(name)
  if vim.uv.fs_stat(path) and not may_replace then
    local text = '%s is there already; `:Antiphon!` replaces it'
    return notify.error(text:format(vim.fs.basename(path)))
  end
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  if lines[1] ~= '---' then
    local head = { '---', 'antiphon: prompt/v1', 'name: ' .. vim.json.encode(name) }
    if models and models[1] then
      head[#head + 1] = 'models: ' .. vim.json.encode(models):gsub('\\/', '/')
    end
    head[#head + 1] = '---'
    lines = vim.list_extend(head, lines)
  end
  vim.fn.mkdir(vim.fs.dirname(path), 'p')
  if vim.fn.writefile(lines, path) ~= 0 then
    return notify.error(('%s cannot be written'):format(path))
  end
  require('antiphon.layout.splits').run_below('split ' .. vim.fn.fnameescape(path))
end

return M
