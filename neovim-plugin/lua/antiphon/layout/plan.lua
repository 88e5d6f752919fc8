--- Plans how panes share a screen: tab pages of rows of panes. Pure.

local M = {}

---@alias antiphon.LayoutMode "grid"|"columns"|"rows"|"tabs"|"beside"

---@class antiphon.LayoutSpace
---@field columns integer The editor's width, in cells.
---@field lines integer The height that windows can have, in cells.
---@field min_width integer The least width of a pane, if the screen allows it.
---@field min_height integer The least height of a pane, with its bars.

---@alias antiphon.LayoutRow integer[]
---@alias antiphon.LayoutPage antiphon.LayoutRow[]

---@param count integer
---@param mode antiphon.LayoutMode
---@return integer
local function wanted_columns(count, mode)
  if mode == 'columns' then
    return count
  elseif mode == 'rows' or mode == 'tabs' then
    return 1
  end
  return math.ceil(math.sqrt(count))
end

---@param total integer
---@param smallest integer
---@return integer
local function count_fitting(total, smallest)
  return math.max(1, math.floor((total + 1) / (smallest + 1)))
end

--- Builds a page of the panes `first` to `last`, row by row; the last row may have fewer, wider
--- panes.
---@param first integer
---@param last integer
---@param columns integer
---@return antiphon.LayoutPage
local function page(first, last, columns)
  local rows = {}
  for start = first, last, columns do
    local row = {}
    for pane = start, math.min(start + columns - 1, last) do
      row[#row + 1] = pane
    end
    rows[#rows + 1] = row
  end
  return rows
end

--- Builds the pages for panes 1 … `count`. Panes that do not fit on one screen go to further tab
--- pages of about equal size.
---@param count integer
---@param space antiphon.LayoutSpace
---@param mode antiphon.LayoutMode
---@return antiphon.LayoutPage[]
function M.plan(count, space, mode)
  local most_columns = count_fitting(space.columns, space.min_width)
  local most_rows = mode == 'tabs' and 1 or count_fitting(space.lines, space.min_height)
  local columns = math.min(wanted_columns(count, mode), most_columns)
  if mode == 'grid' and math.ceil(count / columns) > most_rows then
    columns = math.min(math.ceil(count / most_rows), most_columns)
  end
  local page_count = math.ceil(count / (columns * most_rows))
  local per_page = math.ceil(count / page_count)
  local pages = {}
  for first = 1, count, per_page do
    local last = math.min(first + per_page - 1, count)
    local here =
      math.min(columns, mode == 'grid' and wanted_columns(last - first + 1, mode) or columns)
    if math.ceil((last - first + 1) / here) > most_rows then
      here = columns
    end
    pages[#pages + 1] = page(first, last, here)
  end
  return pages
end

--- Builds the pages for panes beside other windows, in the right half of the screen; what does not
--- fit there goes to tab pages of its own.
---@param count integer
---@param space antiphon.LayoutSpace
---@return antiphon.LayoutPage[]
---@return boolean is_beside false if the half is too narrow
function M.plan_beside(count, space)
  local half = vim.tbl_extend('force', space, { columns = math.floor(space.columns / 2) })
  if half.columns < space.min_width then
    return M.plan(count, space, 'grid'), false
  end
  local columns = count_fitting(half.columns, half.min_width)
  local most = columns * count_fitting(half.lines, half.min_height)
  local first = math.min(count, most)
  local pages = M.plan(first, half, 'grid')
  if count > first then
    for _, rest in ipairs(M.plan(count - first, space, 'grid')) do
      pages[#pages + 1] = vim.tbl_map(function(row)
        return vim.tbl_map(function(place)
          return place + first
        end, row)
      end, rest)
    end
  end
  return pages, true
end

--- Adds panes to the rows of a page: in a row of their own, else among the others. Returns nil if
--- they do not fit.
---@generic T
---@param rows T[][]
---@param more T[]
---@param space antiphon.LayoutSpace
---@param is_beside boolean
---@return T[][]|nil
function M.plan_more(rows, more, space, is_beside)
  local columns = is_beside and math.floor(space.columns / 2) or space.columns
  local most_columns = count_fitting(columns, space.min_width)
  local most_rows = count_fitting(space.lines, space.min_height)
  if #more <= most_columns and #rows < most_rows then
    return vim.list_extend(vim.list_slice(rows), { more })
  end
  local list = vim.list_extend(vim.iter(rows):flatten(1):totable(), more)
  if #list > most_columns * most_rows then
    return nil
  end
  local width = math.max(wanted_columns(#list, 'grid'), math.ceil(#list / most_rows))
  width = math.min(width, most_columns)
  return vim.tbl_map(function(row)
    return vim.tbl_map(function(place)
      return list[place]
    end, row)
  end, page(1, #list, width))
end

return M
