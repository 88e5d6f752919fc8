"""Defines the commands, one module each, which `antiphon_terminal.cli` imports by name."""
