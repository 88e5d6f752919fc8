"""Serves pipelines in an editor: what is wrong, what may be written, what a word means.

It must not know how a pipeline runs.
"""
