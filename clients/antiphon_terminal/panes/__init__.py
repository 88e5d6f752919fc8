"""Keeps what is shown of each pane: its text, state and figures.

It must not write to the terminal.
"""
