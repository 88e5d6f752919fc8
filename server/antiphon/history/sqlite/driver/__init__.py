"""Speaks to the database driver: connections, transactions, one thread for writes.

It must not know a table.
"""
