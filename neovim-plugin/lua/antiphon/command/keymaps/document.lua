--- The keys of documents other than panes, with their actions.

local passages = require('antiphon.command.keymaps.passages')

---@type antiphon.Key[]
return {
  {
    plug = 'document-leave',
    keys = { 'q' },
    modes = 'n',
    about = 'leave',
    hint = 'leave',
    run = function()
      require('antiphon').leave()
    end,
  },
  {
    plug = 'document-definition',
    keys = { 'gd' },
    modes = 'n',
    about = 'go to where this came from',
    run = function()
      require('antiphon.layout.quickfix').definition()
    end,
  },
  {
    plug = 'document-take',
    keys = { 'p' },
    modes = 'n',
    about = 'take this passage into the composer, a pane or a file',
    run = passages.take,
  },
  {
    plug = 'document-take',
    keys = { 'p' },
    modes = 'x',
    about = 'take what is selected',
    run = passages.take_selected,
  },
}
