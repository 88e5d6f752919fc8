"""Defines every setting once: its type, its default, what it means.

It must not know where a value comes from.
"""
