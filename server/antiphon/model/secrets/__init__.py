"""Finds known keys, and text that looks like a key.

It must not know where keys are kept.
"""
