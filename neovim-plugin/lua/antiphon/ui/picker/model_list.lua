--- Picks models, presets and line-ups, and names, renames and deletes the latter two.

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

---@class antiphon.PresetStore
---@field saved fun(): table<string, antiphon.Preset>
---@field create fun(model: string, done: fun())
---@field ask_to_rename fun(name: string, done: fun())
---@field delete fun(name: string): boolean

--- Shows the presets as they are after a change; those of other sources stay.
---@param view antiphon.PickerView
---@param store antiphon.PresetStore
---@param change fun(done: fun())
local function change_presets(view, store, change)
  local list = view.choice --[[@as antiphon.Choice]]
  local others = vim.tbl_extend('force', {}, list.result.presets or {})
  for name in pairs(store.saved()) do
    others[name] = nil
  end
  change(function()
    list:show_presets(vim.tbl_extend('force', others, store.saved()))
    picker.draw(view)
  end)
end

---@param store antiphon.PresetStore
---@return fun(view: antiphon.PickerView)
local function make_preset(store)
  return function(view)
    local model = (picker.row(view) or {}).model
    if not model then
      return picker.show_warning('a preset is made of the model under the cursor')
    end
    change_presets(view, store, function(done)
      picker.suspend(view, function(back)
        store.create(model.id, function()
          done()
          back()
        end)
      end)
    end)
  end
end

---@param store antiphon.PresetStore
---@return fun(view: antiphon.PickerView)
local function rename_preset(store)
  return function(view)
    local name = (picker.row(view) or {}).preset
    if not name then
      return picker.show_warning('there is no preset under the cursor')
    end
    change_presets(view, store, function(done)
      picker.suspend(view, function(back)
        store.ask_to_rename(name, function()
          done()
          back()
        end)
      end)
    end)
  end
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
---@param store antiphon.PresetStore
---@param done fun(models: string[]) called with at least one model, or never
function M.open(result, chosen, store, done)
  local function drop(view)
    local name = (picker.row(view) or {}).preset
    if not name then
      return drop_lineup(view)
    end
    change_presets(view, store, function(drawn)
      store.delete(name)
      drawn()
    end)
  end
  picker.open(choice.new(result, chosen), {
    title = 'Models',
    header = { 'model', 'context', '$/M in → out', 'about' },
    hint = '<Space> choose · s name line-up · p make preset · <CR> done · q leave',
    actions = {
      s = name_lineup,
      d = drop,
      p = make_preset(store),
      r = rename_preset(store),
    },
    filetype = 'antiphon-models',
  }, done)
end

return M
