--- The reducer does what every client's does: clients/protocol/reducer_cases.json.

local equal = require('expect').equal
local reducer = require('antiphon.panes.document.reducer')
local text_document = require('panes.text_document')
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

local function start(message, seq)
  local append = message .. ':'
  return { type = 'start', paneId = 'a', messageId = message, seq = seq or 1, append = append }
end

local function token(message, seq, text)
  return { type = 'token', paneId = 'a', messageId = message, seq = seq, text = text }
end

local function open_one()
  local document = text_document.new()
  return document, reducer.new(function()
    return document
  end)
end

T['an event that was applied before says so, and one of an unknown type is counted'] = function()
  local document, reduced = open_one()
  equal({ reduced:apply(start('m')), reduced:apply(start('m')) }, { true, false })
  equal(reduced:apply({ type = 'later', paneId = 'a', messageId = 'm', seq = 2 }), true)
  equal({ reduced:apply(token('m', 3, 'x')), document.text, reduced.gaps }, { true, 'm:x', {} })
end

T['a pane whose server is gone does not answer, and is pulled before more text'] = function()
  local document, reduced = open_one()
  reduced:apply(start('m'))
  equal({ reduced:is_answering('a'), reduced:needs_refresh('a') }, { true, false })
  reduced:abandoned('a')
  equal({ reduced:is_answering('a'), reduced:needs_refresh('a') }, { false, true })
  reduced:apply(token('m', 2, 'x'))
  equal(document.text, 'm:')
  reduced:pulled('a', 'whole')
  equal({ document.text, reduced:needs_refresh('a') }, { 'whole', false })
end

T['another document of a pane is pulled before it gets more text'] = function()
  local document, reduced = open_one()
  reduced:apply(start('m'))
  local other = text_document.new()
  reduced:reopened('a', other)
  reduced:apply(token('m', 2, 'x'))
  equal({ document.text, other.text, reduced:needs_refresh('a') }, { 'm:', '', true })
end

T['a pane is answering until its last message has ended'] = function()
  local _, reduced = open_one()
  reduced:apply(start('m'))
  reduced:apply(start('n'))
  local ended = { type = 'final', paneId = 'a', messageId = 'm', seq = 2, content = '' }
  reduced:apply(ended)
  equal(reduced:is_answering('a'), true)
  reduced:apply(vim.tbl_extend('force', ended, { messageId = 'n' }))
  equal(reduced:is_answering('a'), false)
end

---@param at integer
---@param text string
local function followed(at, text, more)
  local event = { type = 'token', paneId = 'a', messageId = 'm', seq = 9, at = at, text = text }
  return vim.tbl_extend('force', event, more or {})
end

T['a followed text is added as it is, in part, or only after a pull'] = function()
  local document, reduced = open_one()
  reduced:follow(followed(0, nil, { type = 'start', append = 'm:' }))
  equal({ reduced:follow(followed(2, '𝄞é')), document.text }, { true, 'm:𝄞é' })
  reduced:pulled('a', 'm:𝄞éabc')
  equal({ reduced:follow(followed(5, 'abcd')), document.text }, { false, 'm:𝄞éabcd' })
  equal({ reduced:follow(followed(9, 'e')), reduced:follow(followed(7, 'x')) }, { true, false })
  equal({ reduced:follow(followed(20, 'f')), document.text }, { false, 'm:𝄞éabcde' })
  equal({ reduced:needs_refresh('a'), reduced:follow(followed(10, 'g')) }, { true, false })
  reduced:pulled('a', 'm:𝄞éabcdefghijklmnop')
  equal({ reduced:needs_refresh('a'), reduced:is_answering('a') }, { false, true })
  local final = { type = 'final', append = '!', content = 'x' }
  equal(reduced:follow(followed(21, nil, final)), true)
  equal({ document.text, reduced:is_answering('a') }, { 'm:𝄞éabcdefghijklmnop!', false })
end

T['an answer that is joined in the middle has no gap'] = function()
  local document, reduced = open_one()
  reduced:joined('a', 'm', 'ab')
  equal(reduced:is_answering('a'), true)
  reduced:pulled('a', 'm:ab')
  reduced:follow(followed(4, 'c'))
  equal({ document.text, reduced.gaps, reduced:messages() }, { 'm:abc', {}, { m = 'abc' } })
end

T['an own run takes over from the events of its session'] = function()
  local document, reduced = open_one()
  reduced:follow(followed(0, nil, { type = 'start', append = 'm:', seq = 1 }))
  reduced:follow(followed(2, 'a', { seq = 2 }))
  equal({ reduced:apply(start('m')), reduced:apply(token('m', 2, 'a')) }, { false, false })
  reduced:apply(token('m', 3, 'b'))
  equal({ document.text, reduced.gaps }, { 'm:ab', {} })
end

T['a followed answer that is asked for again replaces the last one'] = function()
  local document, reduced = open_one()
  reduced:follow(followed(0, nil, { type = 'start', append = 'm:' }))
  reduced:follow(followed(2, 'ab'))
  local again = { type = 'start', append = 'n', cutFrom = { line = 0, character = 1 } }
  equal({ reduced:follow(followed(1, nil, again)), document.text }, { true, 'mn' })
end

return T
