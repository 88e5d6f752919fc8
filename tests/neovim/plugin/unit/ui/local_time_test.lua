--- Times of the wire as seconds.

local equal = require('expect').equal
local local_time = require('antiphon.ui.local_time')

local T = {}

T['a time is the seconds since 1970, in every year'] = function()
  for stamp, seconds in pairs({
    ['1970-01-01T00:00:00Z'] = 0,
    ['1999-12-31T23:59:59Z'] = 946684799,
    ['2000-02-29T12:34:56.789Z'] = 951827696,
    ['2024-02-29T23:59:59Z'] = 1709251199,
    ['2026-01-01T00:00:00Z'] = 1767225600,
    ['2100-03-01T00:00:00Z'] = 4107542400,
  }) do
    equal({ stamp, local_time.parse(stamp) }, { stamp, seconds })
  end
end

T['what is not a time stays as it is'] = function()
  equal(local_time.parse('2026-01-01'), nil)
  equal(local_time.format('soon', 0), 'soon')
end

return T
