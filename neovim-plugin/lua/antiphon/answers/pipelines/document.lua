--- Texts of pipelines in buffers: to edit and save in the library, or to read before agreeing.

local client = require('antiphon.server.client')
local notify = require('antiphon.ui.notify')

local M = {}

---@return string
local function unused_name()
  local number = 1
  while vim.fn.bufexists(('antiphon://pipeline/%d'):format(number)) == 1 do
    number = number + 1
  end
  return ('antiphon://pipeline/%d'):format(number)
end

---@param buffer integer
local function save(buffer)
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  local argument = {
    pipeline = table.concat(lines, '\n') .. '\n',
    pipelineId = vim.b[buffer].antiphon_pipeline,
  }
  client.command('antiphon.pipeline.save', argument, function(problem, result)
    if problem then
      return notify.text_error(problem)
    elseif vim.api.nvim_buf_is_valid(buffer) then
      vim.b[buffer].antiphon_pipeline = result.pipeline.id
      vim.bo[buffer].modified = false
    end
    notify.info(('the pipeline %s is saved'):format(result.pipeline.name))
  end)
end

---@param text string
---@return integer buffer
local function create(text)
  local buffer = vim.api.nvim_create_buf(true, false)
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].bufhidden = 'hide'
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(text), '\n'))
  require('antiphon.layout.splits').open_beside(buffer, { split = 'below', win = -1 })
  return buffer
end

--- Opens a text that `:write` saves in the library: as a new pipeline, or in place of one.
---@param text string
---@param pipeline_id string|nil
function M.edit(text, pipeline_id)
  local buffer = create(text)
  vim.api.nvim_buf_set_name(buffer, unused_name())
  vim.bo[buffer].buftype = 'acwrite'
  vim.b[buffer].antiphon_pipeline = pipeline_id
  vim.api.nvim_create_autocmd('BufWriteCmd', {
    buffer = buffer,
    callback = function()
      save(buffer)
    end,
  })
  vim.bo[buffer].filetype = 'antiphon-pipeline'
  vim.bo[buffer].modified = pipeline_id == nil
end

--- Shows a whole text and asks whether to go on with it; the text is closed then.
---@param text string
---@param choices string[] the first agrees
---@param prompt string
---@param agreed fun()
function M.agree(text, choices, prompt, agreed)
  local buffer = create(text)
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].buflisted = false
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].syntax = 'yaml'
  vim.cmd.redraw()
  require('antiphon.ui.picker.select').select(choices, { prompt = prompt }, function(_, index)
    if vim.api.nvim_buf_is_valid(buffer) then
      vim.api.nvim_buf_delete(buffer, { force = true })
    end
    if index == 1 then
      agreed()
    end
  end)
end

return M
