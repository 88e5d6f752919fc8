"""Formats the meter as a table and as CSV.

It must not ask the server.
"""
