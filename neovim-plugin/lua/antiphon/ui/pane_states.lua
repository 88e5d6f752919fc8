--- The symbol, word and highlight group of every pane state.

---@class antiphon.StateDisplay
---@field mark string
---@field word string
---@field group string

---@type table<antiphon.PaneViewState, antiphon.StateDisplay>
return {
  idle = { mark = '○', word = '', group = 'AntiphonMeter' },
  waiting = { mark = '◌', word = 'waiting', group = 'AntiphonWaiting' },
  retrying = { mark = '↻', word = 'trying again', group = 'AntiphonStopped' },
  streaming = { mark = '●', word = 'streaming', group = 'AntiphonStreaming' },
  complete = { mark = '✓', word = 'complete', group = 'AntiphonComplete' },
  truncated = { mark = '✂', word = 'cut at the limit', group = 'AntiphonStopped' },
  filtered = { mark = '✗', word = 'filtered', group = 'AntiphonFailed' },
  cancelled = { mark = '■', word = 'stopped', group = 'AntiphonStopped' },
  interrupted = { mark = '✗', word = 'cut off', group = 'AntiphonFailed' },
  failed = { mark = '✗', word = 'failed', group = 'AntiphonFailed' },
  lost = { mark = '!', word = 'server gone', group = 'AntiphonFailed' },
  healing = { mark = '↻', word = 'reading again', group = 'AntiphonWaiting' },
}
