--- What is doubtful about code that a model wrote.

local apply = require('antiphon.answers.apply')
local equal = require('expect').equal

local T = {}

local function hidden(line)
  return { codePoint = 'U+200B', name = 'ZERO WIDTH SPACE', line = line, character = 0 }
end

T['three hidden characters are named, and of more the rest is counted'] = function()
  local one = 'U+200B ZERO WIDTH SPACE in line 1'
  local three = one .. ', U+200B ZERO WIDTH SPACE in line 2, U+200B ZERO WIDTH SPACE in line 3'
  equal(apply.format_hidden_characters({ hidden(0) }), one)
  equal(apply.format_hidden_characters({ hidden(0), hidden(1), hidden(2) }), three)
  equal(
    apply.format_hidden_characters({ hidden(0), hidden(1), hidden(2), hidden(3) }),
    three .. ' and 1 more'
  )
end

T['only what is doubtful is to be confirmed'] = function()
  local overtaken = { message = 'The file has changed.' }
  equal(apply.confirmations({ unseen = {}, proposal = {} }), {})
  equal(apply.confirmations({ unseen = {}, proposal = { overtaken = overtaken } }), {
    'The file has changed.',
  })
  equal(apply.confirmations({ unseen = { hidden(0) }, proposal = { overtaken = overtaken } }), {
    'The code has characters that cannot be seen: U+200B ZERO WIDTH SPACE in line 1.',
    'The file has changed.',
  })
end

return T
