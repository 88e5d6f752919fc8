-- Prompt files and composers: Markdown, that can be sent.
vim.cmd.runtime({ 'ftplugin/markdown.vim', bang = true })
pcall(vim.treesitter.start, 0, 'markdown')
vim.b.undo_ftplugin = (vim.b.undo_ftplugin or '') .. '\n lua vim.treesitter.stop()'

local buffer = vim.api.nvim_get_current_buf()
if require('antiphon.ask.composer').is_composer(buffer) then
  require('antiphon.command.keymaps').map_composer(buffer)
end
require('antiphon.ask.prompts.document').attach(buffer)
