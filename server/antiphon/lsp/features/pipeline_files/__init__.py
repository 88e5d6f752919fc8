"""Serves pipelines in an editor: diagnostics, completion and hover.

It must not know how a pipeline runs.
"""
