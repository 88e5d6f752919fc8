"""Defines pipelines, and the arguments and results of the commands on them.

It must not know how a pipeline is read or run.
"""
