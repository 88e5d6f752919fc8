--- The reducer does what every client's does: clients/protocol/reducer_cases.json.

local equal = require('expect').equal
local reducer = require('antiphon.panes.document.reducer')
local text_document = require('text_document')
local without_null = require('antiphon.server.null')

local T = {}

---@param reduced antiphon.Reducer
---@param step table
local function play(reduced, step)
  if step.type == 'refresh' then
    reduced:refresh_announced(step.paneId)
  elseif step.type == 'pulled' then
    reduced:pulled(step.paneId, step.text)
  else
    reduced:apply(without_null(step))
  end
end

---@param case table
local function check(case)
  local documents = {}
  local reduced = reducer.new(function(pane_id)
    documents[pane_id] = documents[pane_id] or text_document.new((case.before or {})[pane_id])
    return documents[pane_id]
  end)
  for pane_id in pairs(case.before or {}) do
    reduced:is_answering(pane_id)
  end
  for _, step in ipairs(case.events) do
    play(reduced, step)
  end
  local texts, refresh = {}, {}
  for pane_id, document in pairs(documents) do
    texts[pane_id] = document.text
    if reduced:needs_refresh(pane_id) then
      refresh[#refresh + 1] = pane_id
    end
  end
  table.sort(refresh)
  equal(
    { texts, reduced:messages(), reduced.gaps, refresh },
    { case.texts, case.messages, case.gaps, case.needsRefresh }
  )
end

local function cases(root)
  local path = vim.fs.joinpath(root, 'clients', 'protocol', 'reducer_cases.json')
  local file = assert(io.open(path))
  local text = file:read('*a')
  file:close()
  return vim.json.decode(text)
end

T['every shared case'] = function(root)
  local all = cases(root)
  assert(#all > 20, 'the cases are missing')
  for _, case in ipairs(all) do
    local ok, problem = pcall(check, case)
    assert(ok, ('%s: %s'):format(case.name, problem))
  end
end

--- The same cases with Neovim's own buffers as documents, written at every step.
T['every shared case, in buffers'] = function(root)
  local buffer_document = require('antiphon.panes.document')
  for _, case in ipairs(cases(root)) do
    local documents = {}
    local reduced = reducer.new(function(pane_id)
      local document = buffer_document.new(vim.api.nvim_create_buf(false, true))
      document:append((case.before or {})[pane_id] or '')
      documents[pane_id] = document
      return document
    end)
    for _, step in ipairs(case.events) do
      play(reduced, step)
      for index, document in pairs(documents) do
        if #index % 2 == #case.name % 2 then
          document:flush()
        end
      end
    end
    for pane_id, document in pairs(documents) do
      document:flush()
      equal({ case.name, document:text() }, { case.name, case.texts[pane_id] })
    end
  end
end

return T
