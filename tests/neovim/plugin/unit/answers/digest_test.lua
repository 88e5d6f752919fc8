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

T['what nothing was left out or cut of is not named'] = function()
  local coverage = require('antiphon.answers.digest').format_coverage
  local poet = { paneId = '1', title = 'poet', reason = 'failed' }
  local terse = { paneId = '2', title = 'terse', reason = 'too long' }
  equal(
    coverage({ used = 1, of = 3, leftOut = { poet, terse }, cut = {} }),
    'used 1 of 3; left out: poet (failed), terse (too long)'
  )
  equal(
    coverage({ used = 2, of = 2, leftOut = {}, cut = { poet } }),
    'used 2 of 2; cut: poet (failed)'
  )
end

T['a statement is found by its words in the overview'] = function()
  local of = require('antiphon.answers.statements').find_statement
  local statements = { { text = 'Use an index.' }, { text = 'Use an\nindex. Always.' } }
  equal(of(statements, '- Use an index. (a, b)'), statements[1])
  equal(of(statements, '- Use an index. Always.'), statements[2])
  equal(of(statements, '## Some say'), nil)
end

T['a part of a statement finds it from four letters on, and the longest is meant'] = function()
  local of = require('antiphon.answers.statements').find_statement
  local short, long = { text = 'Use an index.' }, { text = 'Use an index. Always.' }
  equal(of({ short }, 'Use'), nil)
  equal(of({ short }, 'Use a'), short)
  equal(of({ short, long }, '  Use  an '), long)
  equal(of({ long, short }, '- Use an index. Always.'), long)
  equal(of({}, 'Use an index.'), nil)
end

T['a statement is found by its very letters, and of two alike the first'] = function()
  local of = require('antiphon.answers.statements').find_statement
  local call, first, second =
    { text = 'Use f(x).' }, { text = 'abcd', n = 1 }, { text = 'abcd', n = 2 }
  equal(of({ call }, '- Use f(x). (a)'), call)
  equal(of({ call }, 'f(x).'), call)
  equal(of({ call }, 'Use f(x). (a)'), call)
  equal({ of({ { text = 'abcdef' } }, 'abc'), of({ first }, 'abcd') }, { nil, first })
  equal(of({ { text = 'Use it.' } }, 'it.'), nil)
  equal(of({ call }, 'f(x)'), call)
  equal(of({ first, second }, 'abcd'), first)
  local longer = { text = 'abcde' }
  equal(of({ first, longer }, 'abcde'), longer)
end

return T
