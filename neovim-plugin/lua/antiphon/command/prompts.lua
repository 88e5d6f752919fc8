--- Subcommands of `:Antiphon` on prompt files.

local arguments = require('antiphon.command.arguments')

--- Splits `[model|input=value]…` into models and inputs.
---@param text string
---@return { models: string[]|nil, inputs: table<string, string> }
local function parse_run(text)
  local parsed = arguments.parse(text)
  return { models = parsed.words[1] and parsed.words or nil, inputs = parsed.options }
end

---@param name string
---@param may_replace boolean
local function save(name, may_replace)
  local notify = require('antiphon.ui.notify')
  local buffer = vim.api.nvim_get_current_buf()
  local composer = require('antiphon.ask.composer.state').all[buffer]
  if not composer then
    return notify.error('a prompt is saved from its composer; there is none under the cursor')
  elseif name ~= '' then
    return require('antiphon.ask.prompts.library').save(name, buffer, composer.models, may_replace)
  end
  vim.ui.input({ prompt = 'Name of the prompt: ' }, function(answer)
    if answer and vim.trim(answer) ~= '' then
      save(vim.trim(answer), may_replace)
    end
  end)
end

---@param text string
---@param invoked vim.api.keyset.create_user_command.command_args
local function prompt(text, invoked)
  local word, rest = text:match('^(%S*)%s*(.-)$')
  if word == 'save' then
    return save(rest, invoked.bang)
  elseif word == 'import' then
    return require('antiphon.ask.prompts.formats').import(rest)
  elseif word == 'export' then
    local buffer = vim.api.nvim_get_current_buf()
    return require('antiphon.ask.prompts.formats').export(buffer, rest, invoked.bang)
  end
  local selection = invoked.range > 0
      and require('antiphon.ask.context').selection(0, invoked.line1, invoked.line2)
    or nil
  require('antiphon.ask.prompts.library').resolve(word, function(uri)
    if invoked.bang then
      return vim.cmd.edit(vim.fn.fnameescape(vim.uri_to_fname(uri)))
    end
    local question = { source = { uri = uri }, selection = selection }
    require('antiphon.ask.prompts').run(vim.tbl_extend('force', question, parse_run(rest)))
  end)
end

---@param lead string
---@param line string
---@return string[]
local function complete_prompt(lead, line)
  local action, rest = line:match('prompt%s+(%S+)%s+(.*)$')
  if action == 'import' or action == 'export' then
    if rest:find('%S%s') then
      return require('antiphon.ask.prompts.formats').names(action == 'export')
    end
    return vim.fn.getcompletion(lead, 'file')
  end
  local names = require('antiphon.ask.prompts.library').completions()
  vim.list_extend(names, { 'save', 'import', 'export' })
  return vim.list_extend(names, lead ~= '' and vim.fn.getcompletion(lead, 'file') or {})
end

---@type table<string, antiphon.Subcommand>
return {
  prompt = {
    about = 'run a prompt file of the library; with ! edit it',
    run = prompt,
    complete = complete_prompt,
  },
  run = {
    about = 'run the prompt file or the pipeline in this buffer',
    run = function(text)
      local buffer = vim.api.nvim_get_current_buf()
      if vim.bo[buffer].filetype == 'antiphon' then
        return require('antiphon.ask.prompts').run_buffer(buffer, parse_run(text))
      elseif vim.bo[buffer].filetype == 'antiphon-pipeline' then
        return vim.cmd('Antiphon pipeline run ' .. text)
      end
      require('antiphon.ui.notify').error(
        'this buffer is no prompt file; `:Antiphon prompt` has some'
      )
    end,
    complete = function()
      return require('antiphon.ask.models').completions()
    end,
  },
}
