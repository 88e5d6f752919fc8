"""Keeps a team's history in PostgreSQL, through asyncpg.

The engine's port is implemented by `antiphon.history.store`; here is what PostgreSQL alone needs.
"""
