"""Makes mutants of Python modules and runs the tests that could notice each of them.

The process that makes them has the tool `cosmic-ray` and no test; the processes that run the tests
(`fork_server` with `recording`, one for each copy of the tree) have the project's own environment.
"""
