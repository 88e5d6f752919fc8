-- Pipelines: YAML, with a language server of its own.
vim.cmd.runtime({ 'ftplugin/yaml.vim', bang = true })
require('antiphon.ask.prompts.document').attach(vim.api.nvim_get_current_buf())
