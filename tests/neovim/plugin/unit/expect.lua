--- One assertion is enough: what is, equals what is wanted.

local M = {}

---@param actual any
---@param wanted any
function M.equal(actual, wanted)
  if not vim.deep_equal(actual, wanted) then
    error(('got %s, wanted %s'):format(vim.inspect(actual), vim.inspect(wanted)), 2)
  end
end

return M
