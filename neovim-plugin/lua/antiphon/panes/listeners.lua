--- Passes the events of panes to listeners, such as a comparison.

local M = {}

---@alias antiphon.Listener fun(event: antiphon.StreamEvent)

---@type table<string, table<antiphon.Listener, true>>
local listeners = {}

--- Calls `listener` with every event of the pane, once and in order, until `stop` is called.
---@param pane_id string
---@param listener antiphon.Listener
---@return fun() stop
function M.on(pane_id, listener)
  listeners[pane_id] = listeners[pane_id] or {}
  listeners[pane_id][listener] = true
  return function()
    local others = listeners[pane_id] or {}
    others[listener] = nil
    if next(others) == nil then
      listeners[pane_id] = nil
    end
  end
end

---@param event antiphon.StreamEvent
function M.emit(event)
  for listener in pairs(listeners[event.paneId] or {}) do
    listener(event)
  end
end

return M
