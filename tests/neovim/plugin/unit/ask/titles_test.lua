local equal = require('expect').equal
local titles = require('antiphon.ask.titles')

local T = {}

T['a pane is called by its model'] = function()
  equal(titles.of_models({ 'demo/terse', 'openrouter/meta/llama' }), { 'terse', 'meta/llama' })
end

T['the same model twice is numbered, and reads like no version'] = function()
  equal(titles.of_models({ 'a/gpt-5', 'a/gpt-5', 'a/gpt-4' }), { 'gpt-5', 'gpt-5#2', 'gpt-4' })
end

T['one name of two providers carries the provider'] = function()
  equal(titles.of_models({ 'a/gpt-5', 'b/gpt-5', 'a/gpt-5' }), {
    'gpt-5@a',
    'gpt-5@b',
    'gpt-5@a#2',
  })
end

T['a model without a provider is its own name, also beside one that has one'] = function()
  equal(titles.of_models({ 'gpt-5', 'a/gpt-5' }), { 'gpt-5', 'gpt-5@a' })
  equal(titles.of_models({ 'x', 'x', 'x' }), { 'x', 'x#2', 'x#3' })
  equal(titles.of_models({}), {})
end

T['a preset is its model by the name of the preset, or by its own title'] = function()
  local presets = {
    careful = { model = 'a/gpt-5' },
    named = { model = '@careful', title = 'Twice' },
  }
  local entries =
    { '@careful', '@named', '@careful', { model = '@named', title = 'mine' }, 'a/gpt-5' }
  equal(titles.of_choices(entries, presets), {
    { model = 'a/gpt-5', title = 'careful' },
    { model = 'a/gpt-5', title = 'Twice' },
    { model = 'a/gpt-5', title = 'careful#2' },
    { model = 'a/gpt-5', title = 'mine' },
    { model = 'a/gpt-5', title = 'gpt-5' },
  })
end

T['a preset that is not known, or that names itself, stays as it is written'] = function()
  equal(titles.of_choices({ '@gone' }, {}), { { model = '@gone', title = '@gone' } })
  local circle = { a = { model = '@b' }, b = { model = '@a' } }
  equal(titles.of_choices({ '@a' }, circle)[1].title, 'a')
end

T['an entry of a line-up is listed by its title'] = function()
  equal(titles.label({ model = 'a/one', title = 'mine' }), 'mine')
  equal(titles.label({ model = 'a/one' }), 'a/one')
  equal(titles.label('@careful'), '@careful')
end

return T
