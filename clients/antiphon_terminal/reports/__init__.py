"""Formats results as text and tables.

It must not ask the server.
"""
