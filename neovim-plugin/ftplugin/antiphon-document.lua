-- Documents of the server that are not panes: read with the keys of any buffer, and a few more.
require('antiphon.command.keymaps').map_document(vim.api.nvim_get_current_buf())
