--- What is shown of keys: where they are from, and never a key.

local equal = require('expect').equal
local text = require('antiphon.server.keys').text

local T = {}

local function lines_of(providers, keyring)
  return text({ providers = providers, keyring = keyring or { available = true } }).lines
end

local function cells(line)
  return vim.split(vim.trim(line), '%s%s+')
end

T['a provider says where its key is from, or that it needs none'] = function()
  local page = 'https://keys.example'
  local lines = lines_of({
    { name = 'a', source = 'environment', variable = 'A_KEY', keyPage = page },
    { name = 'b', source = 'keyring', keyPage = page },
    { name = 'c', source = 'none', needed = true, keyPage = page, freeTier = true },
    { name = 'd', source = 'none', needed = true, keyPage = page },
    { name = 'e', source = 'none', needed = false },
    { name = 'f', source = 'none', needed = true, problem = 'unreadable' },
  })
  equal(vim.tbl_map(cells, vim.list_slice(lines, 1, 7)), {
    { 'provider', 'key from' },
    { 'a', 'environment', 'A_KEY' },
    { 'b', 'keyring' },
    { 'c', 'missing', page, 'free to try' },
    { 'd', 'missing', page },
    { 'e', 'not needed' },
    { 'f', 'missing', 'unreadable' },
  })
end

T['a key that is there has another colour than one that is not'] = function()
  local marks = text({
    providers = { { name = 'a', source = 'keyring' }, { name = 'b', source = 'none' } },
    keyring = { available = true },
  }).marks
  equal({ marks[4].group, marks[6].group }, { 'AntiphonComplete', 'AntiphonUnavailable' })
end

T['the keyring is named below an empty line, or why there is none'] = function()
  local keyrings = {
    { available = true, name = 'Secret Service' },
    { available = true },
    { available = false, problem = 'no session' },
    { available = false },
  }
  local lines = vim.tbl_map(function(keyring)
    return vim.list_slice(lines_of({}, keyring), 2)
  end, keyrings)
  equal(lines, {
    { '', ' The keyring is Secret Service.' },
    { '', ' The keyring is there.' },
    { '', ' No keyring: no session' },
    { '', ' No keyring: there is none' },
  })
  local all = text({ providers = {}, keyring = keyrings[2] })
  equal(all.marks[#all.marks].row, 2)
end

return T
