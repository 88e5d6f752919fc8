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

--- How many windows of a size fit beside or above each other, with a border between two of them.
local function count_fitting(total, least)
  local count = 1
  while (count + 1) * least + count <= total do
    count = count + 1
  end
  return count
end

local function check_pages(count, space, mode)
  local columns = mode == 'rows' and 1 or count_fitting(space.columns, space.min_width)
  local rows = count_fitting(space.lines, space.min_height)
  if mode == 'tabs' then
    columns, rows = 1, 1
  end
  local seen, pages = {}, plan(count, space, mode)
  for _, page in ipairs(pages) do
    assert(#page <= rows, 'too many rows')
    for _, row in ipairs(page) do
      assert(#row <= columns, 'too many columns')
      vim.list_extend(seen, row)
    end
  end
  equal(seen, vim.fn.range(1, count))
  equal({ #pages, mode, space }, { math.ceil(count / (columns * rows)), mode, space })
end

--- The sizes are those at which one more window begins to fit, and one cell less.
T['every pane has one place, no window is too small, and no page is too many'] = function()
  for count = 1, 20 do
    for _, columns in ipairs({ 20, 72, 73, 109, 110, 146, 147, 200 }) do
      for _, lines in ipairs({ 8, 18, 19, 28, 29, 50 }) do
        local space = { columns = columns, lines = lines, min_width = 36, min_height = 9 }
        for _, mode in ipairs({ 'grid', 'columns', 'rows', 'tabs' }) do
          check_pages(count, space, mode)
        end
      end
    end
  end
end

local function space_of(columns, lines)
  return { columns = columns, lines = lines, min_width = 36, min_height = 9 }
end

T['a second column is there from 73 cells on, and a second row from 19 lines on'] = function()
  equal(plan(2, space_of(72, 18), 'grid'), { { { 1 } }, { { 2 } } })
  equal(plan(2, space_of(73, 18), 'grid'), { { { 1, 2 } } })
  equal(plan(2, space_of(72, 19), 'grid'), { { { 1 }, { 2 } } })
  equal(plan(4, space_of(73, 18), 'grid'), { { { 1, 2 } }, { { 3, 4 } } })
  equal(plan(4, space_of(73, 19), 'grid'), { { { 1, 2 }, { 3, 4 } } })
end

T['a low and wide screen has more columns than a square'] = function()
  equal(plan(5, space_of(200, 9), 'grid'), { { { 1, 2, 3, 4, 5 } } })
  equal(plan(6, space_of(160, 19), 'grid'), { { { 1, 2, 3 }, { 4, 5, 6 } } })
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

T['panes are beside a file from twice the least width on'] = function()
  equal({ layout.plan_beside(2, space_of(71, 19)) }, { { { { 1 }, { 2 } } }, false })
  equal({ layout.plan_beside(2, space_of(72, 19)) }, { { { { 1 }, { 2 } } }, true })
  equal({ layout.plan_beside(3, space_of(72, 19)) }, { { { { 1 }, { 2 } }, { { 3 } } }, true })
  equal({ layout.plan_beside(5, space_of(146, 9)) }, {
    { { { 1, 2 } }, { { 3, 4, 5 } } },
    true,
  })
end

T['further panes fill what is left of a page, and never more'] = function()
  equal(layout.plan_more({ { 'a' } }, { 'b', 'c' }, SMALL, false), { { 'a' }, { 'b', 'c' } })
  equal(
    layout.plan_more({ { 'a' } }, { 'b', 'c', 'd' }, SMALL, false),
    { { 'a', 'b' }, { 'c', 'd' } }
  )
  equal(layout.plan_more({ { 'a' } }, { 'b', 'c', 'd', 'e' }, SMALL, false), nil)
  equal(layout.plan_more({ { 'a', 'b' } }, { 'c' }, space_of(160, 9), false), { { 'a', 'b', 'c' } })
  local one_column = space_of(36, 49)
  equal(
    layout.plan_more({ { 'a' }, { 'b' }, { 'c' } }, { 'd', 'e' }, one_column, false),
    { { 'a' }, { 'b' }, { 'c' }, { 'd' }, { 'e' } }
  )
  equal(layout.plan_more({ { 'a' } }, { 'b' }, space_of(146, 9), true), { { 'a', 'b' } })
  equal(layout.plan_more({ { 'a' } }, { 'b' }, space_of(145, 9), true), nil)
end

T['a page is not changed by what is planned for it'] = function()
  local rows = { { 'a' } }
  layout.plan_more(rows, { 'b' }, WIDE, false)
  equal(rows, { { 'a' } })
end

T['a page has as many columns as its own panes need, and no more'] = function()
  equal(plan(9, space_of(300, 19), 'grid'), { { { 1, 2, 3, 4, 5 }, { 6, 7, 8, 9 } } })
  equal(plan(8, space_of(110, 19), 'grid'), { { { 1, 2 }, { 3, 4 } }, { { 5, 6 }, { 7, 8 } } })
end

T['a page to which panes are added stays as square as it fits'] = function()
  local function more(rows, panes, lines)
    return layout.plan_more(rows, panes, space_of(300, lines), false)
  end
  equal(more({ { 'a' }, { 'b' } }, { 'c' }, 19), { { 'a', 'b' }, { 'c' } })
  equal(more({ { 'a' }, { 'b' }, { 'c' } }, { 'd', 'e' }, 29), {
    { 'a', 'b', 'c' },
    { 'd', 'e' },
  })
  local eight = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 } }
  equal(more(eight, { 9 }, 19), { { 1, 2, 3, 4, 5 }, { 6, 7, 8, 9 } })
  local one, two, three = { n = 1 }, { n = 2 }, { n = 3 }
  equal(more({ { one }, { two } }, { three }, 19), { { one, two }, { three } })
end

return T
