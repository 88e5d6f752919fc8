--- Fires the `User` autocommands that other plugins and the user's configuration can listen to.

local M = {}

---@alias antiphon.EventName
---| "AntiphonStart" a question was sent: `{ models, sessionId? }`
---| "AntiphonPaneStart" a pane's answer began: `{ paneId, sessionId, messageId, buffer }`
---| "AntiphonPaneDone" a pane's answer ended: `{ paneId, sessionId, messageId, buffer, status }`
---| "AntiphonDone" a run ended: `{ sessionId?, runId?, status }`
---| "AntiphonSessionOpened" a session's panes were brought back: `{ sessionId }`
---| "AntiphonRestart" the server died and was started again: `{ attempt }`
---| "AntiphonChange" the server says what views should refresh: `{ changes }`

---@param name antiphon.EventName
---@param data table
function M.emit(name, data)
  vim.api.nvim_exec_autocmds('User', { pattern = name, modeline = false, data = data })
end

return M
