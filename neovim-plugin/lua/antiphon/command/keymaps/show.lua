--- Shows in a window what keys do.

local M = {}

---@class antiphon.Key
---@field plug string
---@field keys string[]
---@field modes string
---@field about string
---@field hint? string One word for the statusline.
---@field run fun()

--- Lists the keys until `q`.
---@param list antiphon.Key[]
function M.show(list)
  local rows = {}
  for _, key in ipairs(list) do
    local where = key.modes == 'x' and 'selected' or ''
    rows[#rows + 1] =
      { { table.concat(key.keys, ' '), 'AntiphonKey' }, { where, 'AntiphonMeter' }, { key.about } }
  end
  require('antiphon.ui.float').open(require('antiphon.ui.text_table').lay_out(rows), {
    title = 'Keys',
    hint = 'q leave',
    filetype = 'antiphon-keys',
  })
end

return M
