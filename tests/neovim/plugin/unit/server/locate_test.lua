--- Which server is started, or connected to.

local equal = require('expect').equal
local locate = require('antiphon.server.locate')

local T = {}

local OWN = { 'python3', '-P', '-m', 'antiphon', 'serve' }

T['a server of one is started as it is found'] = function()
  equal(locate.with_options(OWN, {}), OWN)
  equal(locate.with_options({ 'wrapper' }, { shared = false }), { 'wrapper' })
end

T['a shared server is an option of the command'] = function()
  local wanted = { 'python3', '-P', '-m', 'antiphon', 'serve', '--shared' }
  equal(locate.with_options(OWN, { shared = true }), wanted)
  equal(OWN[6], nil)
end

T['a server elsewhere is connected to, with its token and certificate'] = function()
  local address = 'wss://antiphon.example:443'
  local options = { shared = true, address = address, token_file = '/a/token', tls_ca = '/a/ca' }
  local cmd = locate.with_options({ '/x/antiphon', 'serve' }, options)
  equal(vim.list_slice(cmd, 1, 3), { '/x/antiphon', 'connect', address })
  local given = { [cmd[4]] = cmd[5], [cmd[6]] = cmd[7] }
  equal(given, { ['--token-file'] = '/a/token', ['--tls-ca'] = '/a/ca' })
end

T['a command of the user that does not serve cannot be changed'] = function()
  equal(locate.with_options({ 'wrapper' }, { shared = true }), nil)
end

return T
