--- Applies the events of a stream to documents, the same in every client. Pure.
---
--- The rules are in clients/protocol/README.md; clients/protocol/reducer_cases.json tests them in
--- Lua, Python and TypeScript.

---@class antiphon.Document
---@field append fun(self: antiphon.Document, text: string)
---@field cut fun(self: antiphon.Document, position: antiphon.Position)
---@field replace fun(self: antiphon.Document, text: string)
---@field length fun(self: antiphon.Document): integer in UTF-16 units

---@class antiphon.Gap
---@field paneId string
---@field messageId string
---@field expected integer
---@field got integer

---@class antiphon.ReducerPane
---@field document antiphon.Document
---@field answering string|nil The message whose run is open.
---@field frozen boolean Text is missing: appending would only make it look whole.
---@field refresh_due boolean
---@field is_followed boolean Its events say where their text belongs: it may be pulled at any time.
---@field length integer|nil in UTF-16 units, while it is known

---@class antiphon.ReducerAnswer
---@field parts string[]
---@field next_seq integer

---@class antiphon.Reducer
---@field gaps antiphon.Gap[]
---@field private open fun(pane_id: string): antiphon.Document
---@field private panes table<string, antiphon.ReducerPane>
---@field private answers table<string, antiphon.ReducerAnswer>
local Reducer = {}
Reducer.__index = Reducer

local M = {}

--- Creates a reducer; `open` is called once a pane and returns its document.
---@param open fun(pane_id: string): antiphon.Document
---@return antiphon.Reducer
function M.new(open)
  return setmetatable({ gaps = {}, open = open, panes = {}, answers = {} }, Reducer)
end

---@private
---@param pane_id string
---@return antiphon.ReducerPane
function Reducer:pane(pane_id)
  local pane = self.panes[pane_id]
  if not pane then
    pane = { document = self.open(pane_id), frozen = false, refresh_due = false }
    pane.is_followed = false
    self.panes[pane_id] = pane
  end
  return pane
end

---@private
---@param message_id string
---@return antiphon.ReducerAnswer
function Reducer:answer(message_id)
  local answer = self.answers[message_id]
  if not answer then
    answer = { parts = {}, next_seq = 1 }
    self.answers[message_id] = answer
  end
  return answer
end

---@param pane antiphon.ReducerPane
---@param text string|nil
local function append(pane, text)
  if text and not pane.frozen then
    pane.document:append(text)
  end
end

---@param pane antiphon.ReducerPane
local function freeze(pane)
  pane.frozen, pane.refresh_due = true, true
end

--- Applies each type of event; `meter` and `retry` change no text.
---@type table<string, fun(pane: antiphon.ReducerPane, answer: antiphon.ReducerAnswer, event: any)>
local handlers = {}

function handlers.start(pane, _, event)
  pane.answering = event.messageId
  if event.cutFrom and not pane.frozen then
    pane.document:cut(event.cutFrom)
  end
  append(pane, event.append)
end

function handlers.token(pane, answer, event)
  answer.parts[#answer.parts + 1] = event.text
  append(pane, event.text)
end

function handlers.reasoning(pane, _, event)
  append(pane, event.append)
end

function handlers.final(pane, answer, event)
  if table.concat(answer.parts) ~= event.content then
    freeze(pane)
  end
  answer.parts = { event.content }
  append(pane, event.append)
  if pane.answering == event.messageId then
    pane.answering = nil
  end
end

handlers.error = handlers.final

--- Applies one event. Events are given in the order of arrival.
---@param event antiphon.StreamEvent
---@return boolean fresh false if the event was applied before
function Reducer:apply(event)
  local pane, answer = self:pane(event.paneId), self:answer(event.messageId)
  pane.is_followed, pane.length = false, nil
  if event.seq < answer.next_seq then
    return false
  end
  if event.seq > answer.next_seq then
    self.gaps[#self.gaps + 1] = {
      paneId = event.paneId,
      messageId = event.messageId,
      expected = answer.next_seq,
      got = event.seq,
    }
    freeze(pane)
  end
  answer.next_seq = event.seq + 1
  local handle = handlers[event.type]
  if handle then
    handle(pane, answer, event)
  end
  return true
end

--- Adds the part of a text that the document does not have yet.
---@param pane antiphon.ReducerPane
---@param text string
---@param at integer the length of the document before it
---@return boolean is_whole
local function place(pane, text, at)
  local more = (pane.length or pane.document:length()) - at
  if more < 0 or pane.frozen then
    freeze(pane)
    return false
  end
  if more > 0 then
    text = text:sub(1 + vim.str_byteindex(text, 'utf-16', more, false))
  end
  pane.length = at + more + vim.str_utfindex(text, 'utf-16')
  append(pane, text)
  return more == 0
end

--- Applies one event of a followed session, in the order of arrival.
---@param event antiphon.StreamEvent
---@return boolean is_whole its text was added as it is
function Reducer:follow(event)
  local pane, answer = self:pane(event.paneId), self:answer(event.messageId)
  pane.is_followed, answer.next_seq = true, event.seq + 1
  if event.type == 'start' then
    pane.answering = event.messageId
    if event.cutFrom and not pane.frozen then
      pane.document:cut(event.cutFrom)
      pane.length = nil
    end
  elseif event.type == 'token' then
    answer.parts[#answer.parts + 1] = event.text
  elseif event.content then
    answer.parts = { event.content }
  end
  local text = event.append or event.text
  local is_whole = not text or not event.at or place(pane, text, event.at)
  if event.content and pane.answering == event.messageId then
    pane.answering = nil
  end
  return is_whole
end

--- Records that a followed answer runs already, with the text that it has so far.
---@param pane_id string
---@param message_id string
---@param content string
function Reducer:joined(pane_id, message_id, content)
  local pane = self:pane(pane_id)
  pane.answering, pane.is_followed, pane.length = message_id, true, nil
  self:answer(message_id).parts = { content }
end

--- Records that the server announced another text of the pane.
---@param pane_id string
function Reducer:refresh_announced(pane_id)
  self:pane(pane_id).refresh_due = true
end

--- Replaces the text of the pane by what was pulled. While a run is open, it is unknown which of
--- its events that text contains: the pane stays frozen and must be pulled again, unless the events
--- are followed ones.
---@param pane_id string
---@param text string
function Reducer:pulled(pane_id, text)
  local pane = self:pane(pane_id)
  pane.document:replace(text)
  pane.length = nil
  pane.frozen = pane.answering ~= nil and not pane.is_followed
  pane.refresh_due = pane.frozen
end

--- Records that the run of the pane will not end: its server is gone.
---@param pane_id string
function Reducer:abandoned(pane_id)
  local pane = self:pane(pane_id)
  pane.answering, pane.is_followed = nil, false
  freeze(pane)
end

--- Gives the pane another document, whose text must be pulled.
---@param pane_id string
---@param document antiphon.Document
function Reducer:reopened(pane_id, document)
  local pane = self:pane(pane_id)
  pane.document, pane.length = document, nil
  freeze(pane)
end

---@param pane_id string
---@return boolean
function Reducer:is_answering(pane_id)
  return self:pane(pane_id).answering ~= nil
end

--- Returns whether the text must be pulled, best after the run has ended.
---@param pane_id string
---@return boolean
function Reducer:needs_refresh(pane_id)
  return self:pane(pane_id).refresh_due
end

--- Returns the content of every streamed answer by message id.
---@return table<string, string>
function Reducer:messages()
  return vim.tbl_map(function(answer)
    return table.concat(answer.parts)
  end, self.answers)
end

return M
