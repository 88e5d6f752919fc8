"""Reads and writes the terminal safely: streams, keys, widths, numbers.

It must not know Antiphon's protocol.
"""
