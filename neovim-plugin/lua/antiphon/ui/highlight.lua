--- Defines the highlight groups: links to standard ones, which a colour scheme or the user may
--- change.

local M = {}

M.GROUPS = {
  AntiphonModel = 'Title',
  AntiphonWaiting = 'DiagnosticHint',
  AntiphonStreaming = 'DiagnosticInfo',
  AntiphonComplete = 'DiagnosticOk',
  AntiphonStopped = 'DiagnosticWarn',
  AntiphonFailed = 'DiagnosticError',
  AntiphonMeter = 'Comment',
  AntiphonChosen = 'DiagnosticOk',
  AntiphonUnavailable = 'Comment',
  AntiphonLineup = 'Special',
  AntiphonKey = 'Special',
  AntiphonUnseen = 'ErrorMsg',
  AntiphonDiffers = 'DiffText',
  AntiphonAllSay = 'DiagnosticUnderlineOk',
  AntiphonSomeSay = 'DiagnosticUnderlineInfo',
  AntiphonOneSays = 'DiagnosticUnderlineWarn',
  AntiphonMatch = 'Search',
  AntiphonUsed = 'DiagnosticInfo',
  AntiphonWarned = 'DiagnosticWarn',
  AntiphonUsedUp = 'DiagnosticError',
}

local function link_all()
  for group, target in pairs(M.GROUPS) do
    vim.api.nvim_set_hl(0, group, { link = target, default = true })
  end
end

--- Defines the groups, now and after every change of the colour scheme, which clears them.
function M.define()
  link_all()
  vim.api.nvim_create_autocmd('ColorScheme', {
    group = vim.api.nvim_create_augroup('antiphon_highlight', {}),
    callback = link_all,
  })
end

return M
