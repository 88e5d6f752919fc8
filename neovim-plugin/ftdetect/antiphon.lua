vim.filetype.add({ pattern = { ['.*%.antiphon%.md'] = 'antiphon' } })
