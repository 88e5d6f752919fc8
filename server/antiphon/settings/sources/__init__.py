"""Reads the sources of settings and merges them by precedence.

It must not act on what they say.
"""
