--- Keeps what is written in composers in a file that only the user can read, until it is sent.

local M = {}

local MOST_DRAFTS = 20
--- Larger files and selections are not kept with the text.
local MOST_CONTEXT_BYTES = 262144
local PRIVATE_FILE, PRIVATE_FOLDER = 384, 448

---@class antiphon.KeptDraft
---@field id string
---@field key string identifies the targets, as `M.key` returns it
---@field process integer the Neovim that wrote it
---@field at integer seconds since 1970
---@field text string
---@field models? string[]
---@field context? antiphon.ContextItem[]
---@field params? table<string, string|number>

local written = 0

---@return string
local function path()
  return vim.fs.joinpath(vim.fn.stdpath('state') --[[@as string]], 'antiphon', 'drafts.json')
end

--- Returns what drafts to the same recipients have in common: new panes, or those of a reply.
---@param panes antiphon.PaneView[]|nil
---@return string
function M.key(panes)
  local ids = vim.tbl_map(function(pane)
    return pane.id or ''
  end, panes or {})
  table.sort(ids)
  return table.concat(ids, ' ')
end

--- Returns an id that no other draft has.
---@return string
function M.new_id()
  written = written + 1
  return ('%d-%d-%d'):format(os.time(), vim.uv.os_getpid(), written)
end

---@return antiphon.KeptDraft[] the newest last
local function read()
  local file = io.open(path(), 'r')
  local text = file and file:read('*a')
  if file then
    file:close()
  end
  local ok, list = pcall(vim.json.decode, text or '')
  return ok and type(list) == 'table' and vim.islist(list) and list or {}
end

--- Writes another file and renames it: two Neovims never see half of one.
---@param list antiphon.KeptDraft[]
local function write(list)
  local target = path()
  vim.fn.mkdir(vim.fs.dirname(target), 'p', PRIVATE_FOLDER)
  local beside = ('%s.%d'):format(target, vim.uv.os_getpid())
  local file = vim.uv.fs_open(beside, 'w', PRIVATE_FILE)
  if not file then
    return
  end
  local latest = vim.list_slice(list, math.max(1, #list - MOST_DRAFTS + 1))
  vim.uv.fs_write(file, vim.json.encode(latest))
  vim.uv.fs_close(file)
  vim.uv.fs_rename(beside, target)
end

---@param id string
---@return antiphon.KeptDraft[] others
---@return boolean was_kept
local function without(id)
  local list = read()
  local others = vim.tbl_filter(function(draft)
    return draft.id ~= id
  end, list)
  return others, #others < #list
end

--- Keeps a draft in place of its former text.
---@param draft antiphon.KeptDraft
function M.keep(draft)
  local bytes = 0
  for _, item in ipairs(draft.context or {}) do
    bytes = bytes + #(item.text or '')
  end
  if bytes > MOST_CONTEXT_BYTES then
    draft.context = nil
  end
  local list = without(draft.id)
  list[#list + 1] = draft
  write(list)
end

--- Forgets a draft: it was sent, or thrown away.
---@param id string
function M.drop(id)
  local others, was_kept = without(id)
  if was_kept then
    write(others)
  end
end

---@param process integer
---@return boolean
local function is_running_elsewhere(process)
  return process ~= vim.uv.os_getpid() and vim.uv.kill(process, 0) == 0
end

--- Returns the newest draft for these recipients that no composer shows.
---@param key string
---@param is_shown fun(id: string): boolean
---@return antiphon.KeptDraft|nil
function M.find(key, is_shown)
  local list = read()
  for index = #list, 1, -1 do
    local draft = list[index]
    if draft.key == key and not is_shown(draft.id) and not is_running_elsewhere(draft.process) then
      return draft
    end
  end
end

return M
