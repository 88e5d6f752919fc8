--- Events of a stream to what happens to the documents; the same in every client. Pure.
---
--- The rules stand in clients/protocol/README.md, and clients/protocol/reducer_cases.json proves
--- them here, in Python and in TypeScript alike. Where the text goes is the document's business.

---@class antiphon.Document
---@field append fun(self: antiphon.Document, text: string)
---@field cut fun(self: antiphon.Document, position: antiphon.Position)
---@field replace fun(self: antiphon.Document, text: string)

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

--- A reducer whose documents come from `open`, which is asked once a pane.
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
    self.panes[pane_id] = pane
  end
  return pane
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

--- What each event does, by its type; `meter` and `retry` change no text.
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

--- Acts on one event, in the order of arrival.
---@param event antiphon.StreamEvent
---@return boolean fresh false where the event came before
function Reducer:apply(event)
  local pane = self:pane(event.paneId)
  local answer = self.answers[event.messageId]
  if not answer then
    answer = { parts = {}, next_seq = 1 }
    self.answers[event.messageId] = answer
  end
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

--- The server said that the pane's text is another one now.
---@param pane_id string
function Reducer:refresh_announced(pane_id)
  self:pane(pane_id).refresh_due = true
end

--- The pane's whole text as the server gave it. While a run is open nobody can say which of its
--- events the text holds already: then the pane stays frozen and has to be pulled again.
---@param pane_id string
---@param text string
function Reducer:pulled(pane_id, text)
  local pane = self:pane(pane_id)
  pane.document:replace(text)
  pane.frozen = pane.answering ~= nil
  pane.refresh_due = pane.frozen
end

--- The pane's run will never end: whoever streamed it is gone.
---@param pane_id string
function Reducer:abandoned(pane_id)
  local pane = self:pane(pane_id)
  pane.answering = nil
  freeze(pane)
end

--- Forgets the pane; the next event opens its document anew.
---@param pane_id string
---@param document antiphon.Document
function Reducer:reopened(pane_id, document)
  local pane = self:pane(pane_id)
  pane.document = document
  freeze(pane)
end

---@param pane_id string
---@return boolean
function Reducer:is_answering(pane_id)
  return self:pane(pane_id).answering ~= nil
end

--- Whether the pane's text must be pulled, best once its run has ended.
---@param pane_id string
---@return boolean
function Reducer:needs_refresh(pane_id)
  return self:pane(pane_id).refresh_due
end

--- The content of every answer that was streamed, by its message id.
---@return table<string, string>
function Reducer:messages()
  return vim.tbl_map(function(answer)
    return table.concat(answer.parts)
  end, self.answers)
end

return M
