--- Formats of other tools are known by the names of their files.

local equal = require('expect').equal
local formats = require('antiphon.ask.prompts.formats')

local T = {}

T['a format is known by the name of its file'] = function()
  equal(formats.of_name('a/review.prompt.md'), 'prompt.md')
  equal(formats.of_name('skills/x/SKILL.md'), 'skill.md')
  equal(formats.of_name('sum.prompt.yml'), 'prompt.yml')
  equal(formats.of_name('sum.prompt.yaml'), 'prompt.yml')
  equal(formats.of_name('promptfooconfig.yaml'), 'promptfoo')
  equal(formats.of_name('template.yaml'), nil)
  equal(formats.of_name('promptXmd'), nil)
end

T['a format may come last, and a path may have blanks'] = function()
  equal({ formats.split('a b.yaml llm') }, { 'a b.yaml', 'llm' })
  equal({ formats.split('llm') }, { '', 'llm' })
  equal({ formats.split('a b.yaml') }, { 'a b.yaml' })
  equal({ formats.split('') }, { '' })
end

T['what is not done is named with its line and reason'] = function()
  local ignored = {
    { key = 'tools', line = 5, reason = 'runs' },
    { key = 'x', line = 6, reason = 'unknown' },
  }
  equal(formats.notes(ignored, true), {
    'line 5: `tools` would run or read something, and does not',
    'line 6: `x` is kept, and does nothing here',
  })
  equal(formats.notes(ignored, false)[2], 'line 6: `x` has no place in that format')
end

return T
