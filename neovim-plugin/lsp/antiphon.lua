-- What any client of the server needs, this plugin's own and `vim.lsp.enable('antiphon')` alike.
---@type vim.lsp.Config
return {
  cmd = function(dispatchers)
    return require('antiphon.server').spawn(dispatchers)
  end,
  filetypes = { 'antiphon' },
  root_markers = { '.git' },
  handlers = {
    ['$/progress'] = function(...)
      return require('antiphon.stream').on_progress(...)
    end,
    -- Neovim does not declare this yet; a server sends it to those only that do.
    ['workspace/textDocumentContent/refresh'] = function(_, params)
      require('antiphon.restore').announced(params.uri)
      return vim.NIL
    end,
    ['antiphon/didChange'] = function(_, params)
      require('antiphon.events').emit('AntiphonChange', params)
    end,
  },
  before_init = function(params)
    params.initializationOptions = require('antiphon.config').get().settings
  end,
  get_language_id = function(_, filetype)
    return filetype == 'antiphon-answer' and 'markdown' or filetype
  end,
}
