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

return T
