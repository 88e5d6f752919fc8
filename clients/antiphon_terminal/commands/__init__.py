"""Defines the commands, one module each, which `antiphon_terminal.cli` imports by name.

They must not import each other.

More than twelve entries: one file a command, as in pip.
"""
