std = 'luajit'
read_globals = { 'vim' }
globals = { 'vim.g', 'vim.b', 'vim.w', 'vim.o', 'vim.go', 'vim.bo', 'vim.wo', 'vim.opt' }
max_line_length = 100
self = false
