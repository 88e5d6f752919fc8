--- What stands behind `:Antiphon search`.

local equal = require('expect').equal
local parse = require('antiphon.history.search_query').parse

local T = {}

T['words are looked for and filters say where'] = function()
  equal(
    parse('three prim* model:demo/terse role:user,assistant tag:maths tag:ada since:2026-11-01'),
    {
      query = 'three prim*',
      models = { 'demo/terse' },
      roles = { 'user', 'assistant' },
      tags = { 'maths', 'ada' },
      since = '2026-11-01',
    }
  )
end

T['within quotes everything is looked for'] = function()
  equal(parse('"role:user is" a until:2026-12-01'), {
    query = '"role:user is" a',
    ['until'] = '2026-12-01',
  })
  equal(parse('"unbalanced role:user'), { query = '"unbalanced role:user' })
end

T['what only looks like a filter is a word'] = function()
  equal(parse('http://x y: :z'), { query = 'http://x y: :z' })
  equal(parse('   '), { query = '' })
end

T['every filter has its field, and of times the last counts'] = function()
  equal(parse('provider:a,b, until:2026-01-01 until:2026-02-01 since:x since:y'), {
    query = '',
    providers = { 'a', 'b' },
    since = 'y',
    ['until'] = '2026-02-01',
  })
end

T['a filter without a value, and one of another name, are words'] = function()
  equal(parse('role: all:true  b'), { query = 'role: all:true b' })
end

return T
