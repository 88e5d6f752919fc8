"""Runs StrykerJS on the VS Code extension's core, and reads its report.

Stryker writes all mutants of the named files into one build, and a variable of the environment
chooses the one that is alive: so the tests are bundled once. It is installed on demand, from a lock
file of its own, and is no part of the extension.
"""
