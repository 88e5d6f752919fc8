-- Documents of the server other than panes: read with the keys of any buffer, and a few of their own.
require('antiphon.command.keymaps').map_document(vim.api.nvim_get_current_buf())
