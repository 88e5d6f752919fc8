--- The symbol, word and highlight group of every pane state.

---@class antiphon.StateDisplay
---@field mark string
---@field word string
---@field group string

---@type table<antiphon.PaneViewState, antiphon.StateDisplay>
return {
  idle = { mark = '○', word = 'not asked yet', group = 'AntiphonMeter' },
  waiting = { mark = '◌', word = 'waiting', group = 'AntiphonWaiting' },
  retrying = { mark = '↻', word = 'retrying', group = 'AntiphonStopped' },
  streaming = { mark = '●', word = 'streaming', group = 'AntiphonStreaming' },
  complete = { mark = '✓', word = 'complete', group = 'AntiphonComplete' },
  truncated = { mark = '◐', word = 'cut at the length limit', group = 'AntiphonStopped' },
  filtered = { mark = '◐', word = 'stopped by a filter', group = 'AntiphonStopped' },
  cancelled = { mark = '■', word = 'stopped', group = 'AntiphonStopped' },
  interrupted = { mark = '◐', word = 'interrupted', group = 'AntiphonStopped' },
  failed = { mark = '✗', word = 'failed', group = 'AntiphonFailed' },
  lost = { mark = '!', word = 'server gone', group = 'AntiphonFailed' },
  healing = { mark = '↻', word = 'reading again', group = 'AntiphonWaiting' },
}
