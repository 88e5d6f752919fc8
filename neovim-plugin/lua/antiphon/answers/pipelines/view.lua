--- Shows the steps of a running pipeline below its panes.

local notify = require('antiphon.ui.notify')
local splits = require('antiphon.layout.splits')
local steps = require('antiphon.answers.pipelines.steps')

local NAMESPACE = vim.api.nvim_create_namespace('antiphon-steps')
local FILETYPE = 'antiphon-steps'
local MOST_LINES = 12

---@class antiphon.PipelineView
---@field name string
---@field steps antiphon.StepLine[]
---@field buffer integer
---@field run_id string|nil
---@field status string `running`, or how it ended
---@field was_opened boolean The user may have closed it since.
---@field stop fun()
---@field resume fun()
local View = {}
View.__index = View

local M = {}

---@param name string
---@param graph antiphon.StepOutline[]
---@return antiphon.PipelineView
function M.new(name, graph)
  local view = setmetatable({ name = name, status = 'running', was_opened = false }, View)
  view.steps = vim.tbl_map(function(step)
    return { id = step.id, type = step.type, needs = step.needs }
  end, graph)
  view.buffer = vim.api.nvim_create_buf(false, true)
  vim.bo[view.buffer].modifiable = false
  view:draw()
  return view
end

--- Opens the view below all windows of this tab page; the focus stays.
function View:open()
  self.was_opened = true
  local window = vim.api.nvim_get_current_win()
  local height = math.min(#self.steps + 1, MOST_LINES)
  splits.open_beside(self.buffer, { split = 'below', win = -1, height = height })
  vim.wo[0][0].winfixheight, vim.wo[0][0].wrap = true, false
  vim.wo[0][0].number, vim.wo[0][0].cursorline = false, true
  vim.bo[self.buffer].filetype = FILETYPE
  self:map_keys()
  self:draw()
  if vim.api.nvim_win_is_valid(window) then
    vim.api.nvim_set_current_win(window)
  end
end

---@private
function View:map_keys()
  local function map(key, run)
    vim.keymap.set('n', key, run, { buffer = self.buffer, nowait = true })
  end
  map('q', '<Cmd>close<CR>')
  map('s', self.stop)
  map('r', self.resume)
  map('<CR>', function()
    self:go_to_pane()
  end)
end

--- Goes to the first pane of the step under the cursor.
function View:go_to_pane()
  local step = self.steps[vim.api.nvim_win_get_cursor(0)[1]]
  local id = step and step.result and step.result.paneIds[1]
  local pane = id and require('antiphon.panes').get(id)
  if not pane then
    return notify.info('this step has no pane here')
  end
  require('antiphon.layout.grid').reveal(pane)
end

--- Shows a step that began or ended.
---@param result antiphon.StepResult
function View:update(result)
  local known = vim.iter(self.steps):find(function(step)
    return step.id == result.id
  end)
  if not known then
    -- A run of another Neovim is gone on with, whose steps are not known here.
    known = { id = result.id, type = result.type, needs = {} }
    self.steps[#self.steps + 1] = known
  end
  known.result = result
  self:draw()
end

---@private
---@return string
function View:bar()
  local done = vim.tbl_filter(function(step)
    local status = step.result and step.result.status
    return status ~= nil and status ~= 'waiting' and status ~= 'running'
  end, self.steps)
  local keys = self.status == 'running' and 's stop' or 'r resume'
  local text =
    ' %%#AntiphonModel#%s%%#AntiphonMeter# · %s · %d of %d steps%%=%s · <CR> pane · q close '
  return text:format(self.name:gsub('%%', '%%%%'), self.status, #done, #self.steps, keys)
end

--- Writes the lines and the bar again.
function View:draw()
  if not vim.api.nvim_buf_is_valid(self.buffer) then
    return
  end
  local text = steps.lines(self.steps)
  vim.bo[self.buffer].modifiable = true
  vim.api.nvim_buf_set_lines(self.buffer, 0, -1, false, text.lines)
  vim.bo[self.buffer].modifiable = false
  vim.api.nvim_buf_clear_namespace(self.buffer, NAMESPACE, 0, -1)
  for _, mark in ipairs(text.marks) do
    local place = { end_col = mark.to, hl_group = mark.group }
    vim.api.nvim_buf_set_extmark(self.buffer, NAMESPACE, mark.row, mark.from, place)
  end
  for _, window in ipairs(vim.fn.win_findbuf(self.buffer)) do
    vim.wo[window][0].winbar = self:bar()
  end
end

return M
