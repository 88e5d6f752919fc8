"""Speaks to asyncpg: connections, transactions, what to do when the database is away.

It must not know a table.
"""
