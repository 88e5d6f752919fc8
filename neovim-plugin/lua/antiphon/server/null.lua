--- JSON null at the border: Neovim 0.12 hands on `vim.NIL` where 0.11 leaves the field out.

--- A value from the server with every null left out. Tables are changed in place.
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
