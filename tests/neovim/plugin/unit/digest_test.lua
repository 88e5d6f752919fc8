--- How a summary names what it used.

local equal = require('expect').equal

local T = {}

T['what was left out and what was cut is named'] = function()
  local coverage = require('antiphon.answers.digest').format_coverage
  local poet = { paneId = '1', title = 'poet', reason = 'its answer is failed' }
  local terse = { paneId = '2', title = 'terse', reason = 'longer than its share' }
  equal(
    coverage({ used = 2, of = 3, leftOut = { poet }, cut = { terse } }),
    'used 2 of 3; left out: poet (its answer is failed); cut: terse (longer than its share)'
  )
  equal(coverage({ used = 3, of = 3, leftOut = {}, cut = {} }), 'used 3 of 3')
end

T['a statement is found by its words in the overview'] = function()
  local of = require('antiphon.answers.statements').find_statement
  local statements = { { text = 'Use an index.' }, { text = 'Use an\nindex. Always.' } }
  equal(of(statements, '- Use an index. (a, b)'), statements[1])
  equal(of(statements, '- Use an index. Always.'), statements[2])
  equal(of(statements, '## Some say'), nil)
end

return T
