"""Searches in any database: reads queries, makes pages, and says why a message was found.

It must not know how an index finds words, nor in which order.
"""
