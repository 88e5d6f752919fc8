"""Breaks the code in small ways, one at a time, and lists the breaks that no test notices.

`python` makes and runs the mutants of the server and the Python clients, `typescript` those of the
VS Code extension's core, `lua` those of the Neovim plugin's pure modules. `outcomes` keeps what was
found, so that a run goes on where it stopped, and prints it. `docs/testing.md` says how to read it.
"""
