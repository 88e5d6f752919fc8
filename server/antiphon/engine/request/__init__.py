"""Asks a provider once, or again, within its time limits.

It must not know runs or clients.
"""
