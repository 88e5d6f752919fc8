--- The addresses of documents: `antiphon:/pane/<sessionId>/<paneId>/<slug>`. Pure.

local M = {}

---@class antiphon.PaneAddress
---@field session string
---@field pane string
---@field slug string What a tab shows.

---@param text string
---@return string
local function percent_decode(text)
  return (text:gsub('%%(%x%x)', function(hex)
    return string.char(tonumber(hex, 16))
  end))
end

--- What a pane's URI points at; `antiphon:/…` and `antiphon:///…` are the same.
---@param uri string
---@return antiphon.PaneAddress|nil
function M.parse(uri)
  local session, pane, slug = uri:match('^antiphon:/+pane/(%w+)/(%w+)/?(.*)$')
  if not session then
    return nil
  end
  return { session = session, pane = pane, slug = percent_decode(slug) }
end

--- The address of one message of a pane, its content alone.
---@param pane_uri string
---@param message string its id
---@return string
function M.message_uri(pane_uri, message)
  local session, pane, slug = pane_uri:match('^antiphon:/+pane/(%w+)/(%w+)/?(.*)$')
  return ('antiphon:/message/%s/%s/%s/%s'):format(session, pane, message, slug)
end

return M
