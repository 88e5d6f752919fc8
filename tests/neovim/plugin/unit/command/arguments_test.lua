--- What is typed behind `:Antiphon`.

local arguments = require('antiphon.command.arguments')
local equal = require('expect').equal

local T = {}

T['words, options and a prompt are told apart'] = function()
  equal(arguments.parse('all format=x a=b=c -- why -- not?'), {
    words = { 'all' },
    options = { format = 'x', a = 'b=c' },
    prompt = 'why -- not?',
  })
  equal(arguments.parse(''), { words = {}, options = {} })
  equal(arguments.parse('--'), { words = {}, options = {} })
end

T['an option has a name and a value'] = function()
  equal(arguments.parse('a= =b 1=c _=d a1=e').words, { 'a=', '=b', '1=c', '_=d' })
  equal(arguments.parse('a1=e').options, { a1 = 'e' })
end

T['dashes divide only if they are a word of their own'] = function()
  equal(arguments.parse('a--b --c').words, { 'a--b', '--c' })
  equal(arguments.parse('-- b').prompt, 'b')
  equal(arguments.parse('a -- ').prompt, nil)
end

T['numbers are numbers, files are files, and other options are parameters'] = function()
  local found = arguments.parse_ask('file=a.py file=b.py temperature=0.5 system=x -- go')
  equal({ found.files, found.params }, { { 'a.py', 'b.py' }, { temperature = 0.5, system = 'x' } })
end

T['before dashes every word is a model, and without them only one with a provider'] = function()
  local divided, plain = arguments.parse_ask('fast a/b -- '), arguments.parse_ask('fast a/b')
  equal({ divided.models, divided.prompt, divided.is_divided }, { { 'fast', 'a/b' }, nil, true })
  equal({ plain.models, plain.prompt, plain.is_divided }, { {}, 'fast a/b', false })
  equal(arguments.parse_ask('a/b:c@d-e_f.g why').models, { 'a/b:c@d-e_f.g' })
  equal(arguments.parse_ask('a/b? why').prompt, 'a/b? why')
end

T['a reply to some panes may have a prompt'] = function()
  equal(arguments.parse_reply('some'), { target = 'some' })
  equal(arguments.parse_reply(' some -- go on'), { target = 'some', prompt = 'go on' })
  equal(arguments.parse_reply('one -- two'), { target = 'here', prompt = 'one -- two' })
  equal(arguments.parse_reply('  go on  '), { target = 'here', prompt = 'go on' })
end

T['the first wanted word is removed, and the others stay in order'] = function()
  local words = { 'a', 'x', 'y', 'x' }
  equal({ arguments.pop_word(words, { 'y', 'x' }), words }, { 'x', { 'a', 'y', 'x' } })
  equal({ arguments.pop_word(words, { 'z' }), words }, { nil, { 'a', 'y', 'x' } })
end

return T
