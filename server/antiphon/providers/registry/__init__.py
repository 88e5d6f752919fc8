"""Keeps the configured providers: which there are, how they fare, what they list.

It must not know a dialect: `adapter_types` is its only door to one.
"""
