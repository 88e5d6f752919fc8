"""The commands, one module each; `antiphon_terminal.cli` imports the one that is named."""
