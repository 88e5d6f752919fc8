"""Searches the full text of conversations.

It must not write.
"""
