"""Reads and writes sessions, panes and messages.

It must not open or close a database: each function works in its caller's transaction.
"""
