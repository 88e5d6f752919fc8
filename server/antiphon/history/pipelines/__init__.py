"""Stores pipelines, approvals and runs of pipelines in the SQLite history.

It must not know what is in a pipeline's text.
"""
