--- Finds characters that would be invisible. Neovim shows most of them as `<202e>`; those that it
--- does not draw are shown here in the same way.

local hidden_ranges = require('antiphon.ui.hidden_ranges')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-unseen')

---@param code integer
---@return string|nil
local function class_of(code)
  for _, range in ipairs(hidden_ranges.ranges) do
    if code <= range.last then
      return code >= range.first and range.class or nil
    end
  end
end

--- Returns whether the line may have hidden characters: others are not decoded.
---@param line string
---@return boolean
local function may_hide(line)
  if line:find('%c') then
    return true
  end
  return line:find('[\194-\243]') ~= nil
    and vim.iter(hidden_ranges.leads):any(function(lead)
      return line:find(lead, 1, true) ~= nil
    end)
end

--- Returns whether the character has a visible effect after the one before it: a joiner between two
--- emoji, a selector after a sign that has a coloured form.
---@param class string
---@param code integer
---@param before integer
---@return boolean
local function is_effective(class, code, before)
  if class == 'joiner' then
    return code == 0x200D and (before == 0xFE0F or before >= 0x1F000)
  end
  return (code == 0xFE0E or code == 0xFE0F)
    and (
      before >= 0x1F000 and before <= 0x1FAFF
      or before >= 0x2000 and before <= 0x32FF
      or before == 0xA9
      or before == 0xAE
      or before > 0 and before < 0x80 and string.char(before):find('[%d#*]') ~= nil
    )
end

--- Returns whether Neovim shows the character by itself.
---@param code integer
---@param class string
---@return boolean
local function is_drawn_by_neovim(code, class)
  if class == 'joiner' or class == 'separator' then
    return false
  end
  return class == 'control'
    or code == 0x180E
    or (code >= 0x200B and code <= 0x206F)
    or code == 0xFEFF
    or (code >= 0xFFF9 and code <= 0xFFFB)
end

---@class antiphon.HiddenCharacter
---@field at integer byte offset in the line
---@field bytes integer
---@field code integer
---@field needs_text boolean Neovim does not draw it.

--- Finds the hidden characters of a line, without those that have a visible effect.
---@param line string
---@return antiphon.HiddenCharacter[]
function M.find(line)
  local found = {}
  if not may_hide(line) then
    return found
  end
  local before = 0
  for _, start in ipairs(vim.str_utf_pos(line)) do
    local stop = start + vim.str_utf_end(line, start)
    local code = vim.fn.char2nr(line:sub(start, stop))
    local class = class_of(code)
    if class and class ~= 'layout' and not is_effective(class, code, before) then
      found[#found + 1] = {
        at = start - 1,
        bytes = stop - start + 1,
        code = code,
        needs_text = not is_drawn_by_neovim(code, class),
      }
    end
    before = code
  end
  return found
end

--- Shows hidden characters in the lines from `first` on.
---@param buffer integer
---@param first integer zero-based
function M.show(buffer, first)
  vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, first, -1)
  for offset, line in ipairs(vim.api.nvim_buf_get_lines(buffer, first, -1, false)) do
    for _, each in ipairs(M.find(line)) do
      local row, stop = first + offset - 1, each.at + each.bytes
      if each.needs_text then
        -- After the character: before it would be within the letter that it combines with.
        vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, row, stop, {
          virt_text = { { ('<%04x>'):format(each.code), 'AntiphonUnseen' } },
          virt_text_pos = 'inline',
          right_gravity = false,
        })
      else
        local mark = { end_col = stop, hl_group = 'AntiphonUnseen' }
        vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, row, each.at, mark)
      end
    end
  end
end

return M
