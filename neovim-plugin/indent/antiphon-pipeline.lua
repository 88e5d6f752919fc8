vim.cmd.runtime({ 'indent/yaml.vim', bang = true })
