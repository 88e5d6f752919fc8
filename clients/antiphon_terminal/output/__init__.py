"""Writes answers as they come: live, plain, or as lines of JSON.

It must not know how they were asked for.
"""
