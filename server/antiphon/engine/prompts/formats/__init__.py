"""Reads and writes prompts in the formats of other tools.

It must not run or open anything that a file of another tool names.
"""
