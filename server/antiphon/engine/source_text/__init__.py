"""Reads prompt files and pipelines as users write them, with a place for every value.

It must not know what the values mean, or where a document is kept.
"""
