--- Maps the keys of panes and composers: a `<Plug>` each, with a default unless the user has mapped
--- it.

local lists = require('antiphon.command.keymap_tables')

local M = {}

---@param buffer integer
---@param list antiphon.Key[]
---@return string hints what the defaults do that were mapped, in a few words
local function map(buffer, list)
  local hints = {}
  local with_defaults = require('antiphon.config').get().keymaps
  for _, key in ipairs(list) do
    local plug = ('<Plug>(antiphon-%s)'):format(key.plug)
    for mode in key.modes:gmatch('.') do
      vim.keymap.set(mode, plug, key.run, { buffer = buffer, desc = 'Antiphon: ' .. key.about })
      if with_defaults and vim.fn.hasmapto(plug, mode) == 0 then
        for _, lhs in ipairs(key.keys) do
          vim.keymap.set(mode, lhs, plug, {
            buffer = buffer,
            desc = 'Antiphon: ' .. key.about,
            nowait = true,
          })
        end
        if key.hint then
          hints[#hints + 1] = ('%s %s'):format(key.keys[1], key.hint)
        end
      end
    end
  end
  return table.concat(hints, ' · ')
end

---@param buffer integer
function M.map_pane(buffer)
  vim.b[buffer].antiphon_hints = map(buffer, lists.PANE)
end

---@param buffer integer
function M.map_document(buffer)
  vim.b[buffer].antiphon_hints = map(buffer, lists.DOCUMENT)
end

---@param buffer integer
function M.map_composer(buffer)
  map(buffer, lists.COMPOSER)
end

return M
