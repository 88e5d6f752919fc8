"""Implements the `History` port over SQLite files.

It must not know the rest of the server, and nothing outside may import it but `open_history`.
"""
