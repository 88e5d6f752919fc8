--- Maps the keys of panes and composers: a `<Plug>` each, with a default unless the user has mapped
--- it.

local M = {}

---@param key antiphon.Key
---@return string
local function plug_of(key)
  return ('<Plug>(antiphon-%s)'):format(key.plug)
end

--- Returns what the user has mapped, by mode and `<Plug>`.
---@param list antiphon.Key[]
---@return table<string, boolean>
local function find_mapped(list)
  local mapped = {}
  for _, key in ipairs(list) do
    for mode in key.modes:gmatch('.') do
      mapped[mode .. plug_of(key)] = vim.fn.hasmapto(plug_of(key), mode) == 1
    end
  end
  return mapped
end

---@param buffer integer
---@param list antiphon.Key[]
---@return string hints what the defaults do that were mapped, in a few words
local function map(buffer, list)
  local hints, mapped = {}, find_mapped(list)
  local with_defaults = require('antiphon.config').get().keymaps
  for _, key in ipairs(list) do
    local plug = plug_of(key)
    for mode in key.modes:gmatch('.') do
      vim.keymap.set(mode, plug, key.run, { buffer = buffer, desc = 'Antiphon: ' .. key.about })
      if with_defaults and not mapped[mode .. plug] then
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
  vim.b[buffer].antiphon_hints = map(buffer, require('antiphon.command.keymaps.pane'))
end

---@param buffer integer
function M.map_document(buffer)
  vim.b[buffer].antiphon_hints = map(buffer, require('antiphon.command.keymaps.document'))
end

---@param buffer integer
function M.map_composer(buffer)
  map(buffer, require('antiphon.command.keymaps.composer'))
end

return M
