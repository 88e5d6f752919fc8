"""Runs pipelines, step by step, and goes on with runs that did not end well.

It must not know where a pipeline is kept.
"""
