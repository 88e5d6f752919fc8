--- Compares two runs of a pipeline: figures for each answer, and the answers in Neovim's own diff.

local client = require('antiphon.server.client')
local format = require('antiphon.ui.format')
local notify = require('antiphon.ui.notify')
local remembered = require('antiphon.config.remembered')
local text_table = require('antiphon.ui.text_table')

local M = {}

---@class antiphon.DriftRow
---@field cells string[]
---@field pane antiphon.PaneDrift|nil

---@param values string[]
---@return string
local function change(values)
  return values[1] == values[2] and values[1] or ('%s → %s'):format(values[1], values[2])
end

---@param pane antiphon.PaneDrift
---@return string[]
local function cells_of(pane)
  local costs = vim.tbl_map(function(index)
    return format.cost(pane.cost[index])
  end, { 1, 2 })
  return {
    format.percent(pane.similarity) .. ' alike',
    change(costs),
    change(vim.tbl_map(format.duration, pane.totalMs)),
    change(pane.model) .. (pane.moved and ' (moved)' or ''),
  }
end

--- Returns a row for each answer, and for each step that has none. Pure.
---@param result antiphon.PipelineDriftResult
---@return antiphon.DriftRow[]
function M.rows(result)
  local rows = {}
  for _, step in ipairs(result.steps) do
    for _, pane in ipairs(step.panes) do
      local cells = vim.list_extend({ step.id, pane.title }, cells_of(pane))
      rows[#rows + 1] = { cells = cells, pane = pane }
    end
    if #step.panes == 0 then
      local times = change(vim.tbl_map(format.duration, step.totalMs))
      rows[#rows + 1] = { cells = { step.id, '', change(step.status), '', times, '' } }
    end
  end
  for _, id in ipairs(result.only) do
    rows[#rows + 1] = { cells = { id, '', 'in one run only', '', '', '' } }
  end
  return rows
end

---@param row antiphon.DriftRow
local function open_diff(row)
  local pane = row.pane
  if not pane or pane.left == '' or pane.right == '' then
    return notify.info('this step has no two answers to compare')
  end
  require('antiphon.answers.compare').open_documents({
    { uri = pane.left, title = pane.title .. ', left run' },
    { uri = pane.right, title = pane.title .. ', right run' },
  })
end

---@param result antiphon.PipelineDriftResult
local function show(result)
  local rows, float = M.rows(result), nil
  if #rows == 0 then
    return notify.info('these runs have no step in common')
  end
  local text = text_table.lay_out(vim.tbl_map(function(row)
    return vim.tbl_map(function(cell)
      return { cell }
    end, row.cells)
  end, rows))
  float = require('antiphon.ui.float').open(text, {
    title = 'Drift',
    hint = '<CR> compare · q leave',
    filetype = 'antiphon-drift',
    keys = {
      ['<CR>'] = function()
        local row = rows[vim.api.nvim_win_get_cursor(float.window)[1]]
        vim.api.nvim_win_close(float.window, true)
        open_diff(row)
      end,
    },
  })
  vim.wo[float.window].cursorline = true
end

---@param prompt string
---@param runs antiphon.RememberedRun[]
---@param done fun(run: antiphon.RememberedRun)
local function choose_run(prompt, runs, done)
  require('antiphon.ui.picker.select').select(runs, {
    prompt = prompt,
    format_item = function(each)
      return ('%s  %s  %s'):format(each.name, os.date('%Y-%m-%d %H:%M:%S', each.at), each.status)
    end,
  }, function(each)
    if each then
      done(each)
    end
  end)
end

--- Returns the runs that this user's Neovims remember, the newest first.
---@return antiphon.RememberedRun[]
function M.runs()
  return remembered.read().runs or {}
end

---@param left string
---@param right string
local function compare(left, right)
  client.command(
    'antiphon.pipeline.drift',
    { left = left, right = right },
    function(problem, result)
      if problem then
        return notify.text_error(problem)
      end
      show(result)
    end
  )
end

--- Compares two runs, by their ids or chosen by the user.
---@param ids string[]
function M.open(ids)
  if #ids >= 2 then
    return compare(ids[1], ids[2])
  end
  local runs = M.runs()
  if #runs < 2 then
    return notify.info('there are no two runs to compare; `:Antiphon pipeline run` makes them')
  end
  choose_run('The earlier run', runs, function(left)
    choose_run('The later run', runs, function(right)
      compare(left.id, right.id)
    end)
  end)
end

return M
