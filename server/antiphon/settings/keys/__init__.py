"""Finds, stores and deletes the keys of providers.

It must not ask a provider whether a key is good.
"""
