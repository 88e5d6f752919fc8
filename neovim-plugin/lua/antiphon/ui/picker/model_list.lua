--- Picks models and line-ups, and names and deletes line-ups.

local choice = require('antiphon.ui.picker.choice')
local remembered = require('antiphon.config.remembered')
local picker = require('antiphon.ui.picker')

local M = {}

---@param view antiphon.PickerView
local function name_lineup(view)
  local list = view.choice --[[@as antiphon.Choice]]
  local models = list:picked()
  if #models == 0 then
    return picker.show_warning('choose the models of the line-up first')
  end
  picker.suspend(view, function(back)
    vim.ui.input({ prompt = 'Name of the line-up: ' }, function(text)
      local name = text and vim.trim(text):gsub('[%s/]+', '-') or ''
      if name ~= '' then
        local named = vim.tbl_extend('force', remembered.read().lineups or {}, { [name] = models })
        remembered.update({ lineups = named })
        list:name_lineup(name)
      end
      back()
    end)
  end)
end

---@param view antiphon.PickerView
local function drop_lineup(view)
  local name = (picker.row(view) or {}).lineup
  local named = remembered.read().lineups or {}
  if not name or not named[name] then
    return picker.show_warning('only a line-up that was named here can be dropped here')
  end
  named[name] = nil
  remembered.update({ lineups = next(named) and named or vim.empty_dict() })
  local list = view.choice --[[@as antiphon.Choice]]
  list:drop_lineup(name)
  picker.draw(view)
end

--- Asks the user for models.
---@param result antiphon.ModelsResult
---@param chosen string[] the initial choice
---@param done fun(models: string[]) called with at least one model, or never
function M.open(result, chosen, done)
  picker.open(choice.new(result, chosen), {
    title = 'Models',
    header = { 'model', 'context', '$/M in → out', 'about' },
    hint = '<Space> choose · s name line-up · <CR> done · q leave',
    actions = { s = name_lineup, d = drop_lineup },
    filetype = 'antiphon-models',
  }, done)
end

return M
