"""Keeps the configured providers: which there are, how they fare, what they list.

It must not know a dialect: `adapter_types` is its only door to one.

More than twelve entries: one small module for each thing that is known of a provider.
"""
