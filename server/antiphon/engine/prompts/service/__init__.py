"""Reads, lists and runs prompt files for commands and editors.

It must not know where a file is kept.
"""
