"""Draws several panes beside each other, and reads the keys that move among them.

It must not know where the panes come from.
"""
