"""Keeps vendors' answers in a folder, and answers from it.

It must not know what an answer means, or which run asks.
"""
