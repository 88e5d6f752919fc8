---@meta antiphon.config
-- The options, all of them optional: `vim.g.antiphon` (a table, or a function that returns one) or
-- `require('antiphon').setup {…}`.

---@class antiphon.Options
---@field cmd? string[] The server's command line; else `antiphon` on PATH, else Python's module.
---@field server? antiphon.ServerOptions Which server answers, if not one of this Neovim's own.
---@field env? table<string, string> Further environment variables of the server.
---@field settings? table The server's settings, as in its config.toml: providers, models, budgets …
---@field params? antiphon.Params Sent with every question, for example `{ temperature = 0.2 }`.
---@field layout? antiphon.LayoutOptions|antiphon.LayoutMode
---@field keymaps? boolean Default keys in panes and composers; a mapped `<Plug>` goes first.
---@field confirm_above? number US dollars: a question that is likely to cost more is asked about.
---@field flush_ms? integer The shortest time between two updates of a pane.
---@field treesitter_max_lines? integer Longer answers keep the cheaper highlighting.
---@field restart? antiphon.RestartOptions

---@class antiphon.LayoutOptions
---@field mode? antiphon.LayoutMode
---@field min_width? integer Narrower panes go to a further row or tab page.
---@field min_height? integer Lower panes go to a further tab page.

---@class antiphon.ServerOptions
---@field shared? boolean One server for all of the user's clients.
---@field address? string A server elsewhere: `wss://…`, or `ws://…` on this machine.
---@field token_file? string Its token; else it is in the environment as ANTIPHON_TOKEN.
---@field tls_ca? string The certificate to trust, if the server has one of its own.

---@class antiphon.RestartOptions
---@field limit? integer How often a server that died is started again …
---@field within_ms? integer … within this time.
