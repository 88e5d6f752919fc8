-- Configures every client of the server: this plugin's own and that of
-- `vim.lsp.enable('antiphon')`.
---@class antiphon.LspConfig: vim.lsp.Config
---@field on_server_death fun() Called if the server of this plugin's own client ended unasked.

---@type antiphon.LspConfig
return {
  cmd = function(dispatchers)
    return require('antiphon.server.locate').spawn(dispatchers)
  end,
  filetypes = { 'antiphon', 'antiphon-pipeline' },
  root_markers = { '.git' },
  handlers = {
    ['$/progress'] = function(...)
      return require('antiphon.server.progress').on_progress(...)
    end,
    -- Neovim does not declare this capability yet; the server sends it only to clients that do.
    ['workspace/textDocumentContent/refresh'] = function(_, params)
      require('antiphon.panes.restore').on_refresh(params.uri)
      return vim.NIL
    end,
    -- Messages of the server, for example about budgets, look like the plugin's own.
    ['window/showMessage'] = function(_, params)
      require('antiphon.ui.notify').show_message(params)
      return vim.NIL
    end,
    ['antiphon/didChange'] = function(_, params)
      for _, change in ipairs(params.changes) do
        if change.type == 'pane' and change.id then
          require('antiphon.panes.restore').on_change(change.id)
        end
      end
      require('antiphon.history.follow').on_change(params.changes)
      require('antiphon.server.autocmds').emit('AntiphonChange', params)
    end,
  },
  commands = {
    -- The code lens above a prompt file: its answers stream into panes.
    ['antiphon.prompt.run'] = function(_, context)
      require('antiphon.ask.prompts').run_buffer(context.bufnr)
    end,
  },
  on_server_death = function()
    require('antiphon.history.follow').forget_server()
    require('antiphon.ask.supervisor').on_server_death()
  end,
  before_init = function(params)
    local options = require('antiphon.config').get()
    -- The server need not send more frames than are drawn.
    local frames = { stream = { flushMs = options.flush_ms } }
    params.initializationOptions = vim.tbl_deep_extend('force', frames, options.settings)
  end,
  get_language_id = function(_, filetype)
    local is_document = filetype == 'antiphon-answer' or filetype == 'antiphon-document'
    return is_document and 'markdown' or filetype
  end,
}
