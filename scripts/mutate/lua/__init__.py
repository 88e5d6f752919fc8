"""Makes mutants of the Neovim plugin's pure modules and runs the Lua unit tests on each.

`list_changes.lua` finds the changes with the parser that Neovim brings along; a module is pure if a
unit test requires it, and in it only functions that do not call the editor are changed.
"""
