"""Copies whole histories between databases, and backs one up into a file.

It must not know how a database is written to the disk, nor who shows the progress.
"""
