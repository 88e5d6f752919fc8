"""Parses prompt files.

It must not know which models, files or settings exist.
"""
