"""Writes sessions that were made by hand down as pipelines.

It must not know how a pipeline is run.
"""
