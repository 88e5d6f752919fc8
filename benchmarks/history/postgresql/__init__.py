"""Measures a history in PostgreSQL beside the same in SQLite and beside asyncpg alone."""
