--- Removes JSON nulls: Neovim 0.12 passes `vim.NIL` on, 0.11 omits the field.

--- Returns a value without its nulls. Tables are changed in place.
---@generic T
---@param value T
---@return T|nil
local function without_null(value)
  if value == vim.NIL then
    return nil
  end
  if type(value) == 'table' then
    for key, field in pairs(value) do
      if field == vim.NIL then
        value[key] = nil
      elseif type(field) == 'table' then
        without_null(field)
      end
    end
  end
  return value
end

return without_null
