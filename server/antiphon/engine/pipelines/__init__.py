"""Reads, checks, runs, records and compares pipelines: steps that use each other's answers.

It must not ask a model itself: each step is one of the engine's own commands.
"""
