--- Parses and builds URIs of documents: `antiphon:/pane/<sessionId>/<paneId>/<slug>`. Pure.

local M = {}

---@class antiphon.PaneAddress
---@field session string
---@field pane string
---@field slug string The part that a tab shows.

---@param text string
---@return string
local function percent_decode(text)
  return (text:gsub('%%(%x%x)', function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- Parses a pane's URI; `antiphon:/…` and `antiphon:///…` are equivalent.
---@param uri string
---@return antiphon.PaneAddress|nil
function M.parse(uri)
  local session, pane, slug = uri:match('^antiphon:/+pane/(%w+)/(%w+)/?(.*)$')
  if not session then
    return nil
  end
  return { session = session, pane = pane, slug = percent_decode(slug) }
end

--- Builds the URI of one message of a pane.
---@param pane_uri string
---@param message string its id
---@return string
function M.message_uri(pane_uri, message)
  local session, pane, slug = pane_uri:match('^antiphon:/+pane/(%w+)/(%w+)/?(.*)$')
  return ('antiphon:/message/%s/%s/%s/%s'):format(session, pane, message, slug)
end

--- Returns the id of the message that a URI names.
---@param message_uri string
---@return string|nil
function M.message_id(message_uri)
  return message_uri:match('^antiphon:/+message/%w+/%w+/(%w+)')
end

return M
