--- Finds characters that would be invisible. Neovim shows most of them as `<202e>`; those that it
--- does not draw are shown here in the same way.

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-unseen')

--- The bytes that they start with: lines without these are not decoded.
local LEADS = { '\194\173', '\216\156', '\226\128', '\226\129', '\239\187\191', '\243\160' }

---@param code integer
---@return boolean
local function is_hidden(code)
  return code == 0xAD
    or code == 0x061C
    or (code >= 0x200B and code <= 0x200F)
    or (code >= 0x2028 and code <= 0x202E)
    or (code >= 0x2060 and code <= 0x206F)
    or code == 0xFEFF
    or (code >= 0xE0000 and code <= 0xE007F)
end

--- Returns whether Neovim shows the character by itself.
---@param code integer
---@return boolean
local function is_drawn_by_neovim(code)
  local is_joiner = code == 0x200C or code == 0x200D
  return not is_joiner
    and code ~= 0x2028
    and code ~= 0x2029
    and (code >= 0x200B and code <= 0x206F or code == 0xFEFF)
end

---@class antiphon.HiddenCharacter
---@field at integer byte offset in the line
---@field bytes integer
---@field code integer
---@field needs_text boolean Neovim does not draw it.

--- Finds the hidden characters of a line. A joiner between two emoji is not one: it has a visible
--- effect.
---@param line string
---@return antiphon.HiddenCharacter[]
function M.find(line)
  local found = {}
  if not vim.iter(LEADS):any(function(lead)
    return line:find(lead, 1, true) ~= nil
  end) then
    return found
  end
  local before = 0
  for _, start in ipairs(vim.str_utf_pos(line)) do
    local stop = start + vim.str_utf_end(line, start)
    local code = vim.fn.char2nr(line:sub(start, stop))
    local joins = code == 0x200D and (before == 0xFE0F or before >= 0x1F000)
    if is_hidden(code) and not joins then
      found[#found + 1] = {
        at = start - 1,
        bytes = stop - start + 1,
        code = code,
        needs_text = not is_drawn_by_neovim(code),
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
