"""Answers from a script: offline, free, and always the same.

It must not know the other providers, and never claims to be a language model.
"""
