vim.cmd.runtime({ 'syntax/yaml.vim', bang = true })
