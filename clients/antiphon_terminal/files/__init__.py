"""Writes files for the user: exports and edits.

It must not print, nor know the server.
"""
