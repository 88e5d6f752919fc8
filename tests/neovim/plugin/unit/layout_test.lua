local equal = require('expect').equal
local layout = require('antiphon.layout.plan')
local plan = layout.plan

local T = {}

local WIDE = { columns = 160, lines = 48, min_width = 36, min_height = 9 }
local SMALL = { columns = 80, lines = 23, min_width = 36, min_height = 9 }
local NARROW = { columns = 60, lines = 30, min_width = 36, min_height = 9 }

T['two stand side by side'] = function()
  equal(plan(2, SMALL, 'grid'), { { { 1, 2 } } })
end

T['three and four are two by two'] = function()
  equal(plan(3, WIDE, 'grid'), { { { 1, 2 }, { 3 } } })
  equal(plan(4, SMALL, 'grid'), { { { 1, 2 }, { 3, 4 } } })
end

T['more are rows'] = function()
  equal(plan(8, WIDE, 'grid'), { { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8 } } })
end

T['what does not fit goes to further tab pages of about equal size'] = function()
  equal(plan(8, SMALL, 'grid'), { { { 1, 2 }, { 3, 4 } }, { { 5, 6 }, { 7, 8 } } })
  equal(plan(5, SMALL, 'grid'), { { { 1, 2 }, { 3 } }, { { 4, 5 } } })
end

T['a narrow terminal stacks'] = function()
  equal(plan(2, NARROW, 'grid'), { { { 1 }, { 2 } } })
end

T['other layouts are what they are called'] = function()
  equal(plan(3, WIDE, 'columns'), { { { 1, 2, 3 } } })
  equal(plan(3, WIDE, 'rows'), { { { 1 }, { 2 }, { 3 } } })
  equal(plan(2, WIDE, 'tabs'), { { { 1 } }, { { 2 } } })
end

--- Every pane has one place, and no window is smaller than wished where that can be had.
T['every pane has one place, whatever the screen'] = function()
  for count = 1, 20 do
    for _, columns in ipairs({ 20, 80, 120, 200 }) do
      for _, lines in ipairs({ 8, 24, 50 }) do
        local space = { columns = columns, lines = lines, min_width = 36, min_height = 9 }
        for _, mode in ipairs({ 'grid', 'columns', 'rows', 'tabs' }) do
          local seen = {}
          for _, page in ipairs(plan(count, space, mode)) do
            assert(#page * 10 <= math.max(lines + 1, 10), 'too many rows')
            for _, row in ipairs(page) do
              assert(#row * 37 <= math.max(columns + 1, 37), 'too many columns')
              vim.list_extend(seen, row)
            end
          end
          equal(seen, vim.fn.range(1, count))
        end
      end
    end
  end
end

T['half of the screen is beside the file, and the rest has pages of its own'] = function()
  local pages, is_beside = layout.plan_beside(3, SMALL)
  equal(pages, { { { 1 }, { 2 } }, { { 3 } } })
  equal(is_beside, true)
  equal({ layout.plan_beside(2, NARROW) }, { { { { 1 }, { 2 } } }, false })
end

T['what comes later has a row of its own, a place among the others, or none'] = function()
  local four = { { 'a', 'b' }, { 'c', 'd' } }
  equal(layout.plan_more(four, { 'e' }, WIDE, false), { { 'a', 'b' }, { 'c', 'd' }, { 'e' } })
  equal(layout.plan_more(four, { 'e' }, SMALL, false), nil)
  equal(layout.plan_more({ { 'a' }, { 'b' } }, { 'c' }, SMALL, false), { { 'a', 'b' }, { 'c' } })
  equal(layout.plan_more({ { 'a' }, { 'b' } }, { 'c' }, SMALL, true), nil)
end

return T
